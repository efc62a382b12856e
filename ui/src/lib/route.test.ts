import { describe, expect, it } from "vitest";
import { href, parseRoute } from "./route";

describe("routes", () => {
  it("reads back what it writes, whatever the id", () => {
    for (const id of ["1", "run-7", "a/b", "ä ö", "100%"]) {
      expect(parseRoute(href("run", id)), id).toEqual({ page: "run", id });
    }
    expect(parseRoute(href("activity"))).toEqual({ page: "activity" });
    expect(parseRoute(href("operations"))).toEqual({ page: "operations" });
    const id = "highlevel.contacts.get";
    expect(parseRoute(href("operations", id))).toEqual({ page: "operations", id });
  });

  it("knows home, and admits what it does not know", () => {
    for (const home of ["", "#", "#/"]) expect(parseRoute(home)).toEqual({ page: "home" });
    for (const odd of ["#/nowhere", "#/sync", "#/sync/", "#/settings/1", "#/sync/1/2"]) {
      expect(parseRoute(odd), odd).toEqual({ page: "unknown", hash: odd });
    }
  });
});
