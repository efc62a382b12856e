// The address bar as reactive state.
import { parseRoute, type Route } from "./route";

export class Router {
  current: Route = $state.raw(parseRoute(location.hash));

  /** Follows the address until the returned function is called. */
  listen(): () => void {
    const follow = () => (this.current = parseRoute(location.hash));
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }

  /** Goes to a hash made with `href`. */
  go(hash: string): void {
    location.hash = hash;
    this.current = parseRoute(hash);
  }
}
