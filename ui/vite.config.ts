import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** What the three webviews (WebKitGTK, WKWebView, WebView2) all understand, `light-dark()` included. */
const webviews = ["safari17.5", "chrome123", "edge123", "firefox128"];

export default defineConfig({
  plugins: [svelte()],
  clearScreen: false,
  server: { port: 1420, strictPort: true, host: "127.0.0.1" },
  build: { target: webviews, cssTarget: webviews, assetsInlineLimit: 0, sourcemap: false },
  // Svelte's browser build, not its server one, when the tests run in jsdom.
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/testing/setup.ts"],
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
