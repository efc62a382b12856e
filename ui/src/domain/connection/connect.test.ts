import { describe, expect, it } from "vitest";
import type { Connection } from "../../platform/contract";
import { FakePlatform } from "../../platform/fake/fake";
import { connections, sync, templates } from "../../platform/fake/world";
import { ConnectController } from "./connect.svelte";

const [aimfox, highlevel] = connections().map((one) => ({ ...one, sample: false })) as [
  Connection,
  Connection,
];

function setUp() {
  const host = new FakePlatform({
    "connections.connect_aimfox": () => aimfox,
    "connections.connect_highlevel": () => highlevel,
    "syncs.create": () => sync(),
  });
  return { host, form: new ConnectController(host) };
}

describe("ConnectController", () => {
  it("loses nothing typed when the service refuses", async () => {
    const { host, form } = setUp();
    host.fail("connections.connect_highlevel", {
      code: "not_authorised",
      message: "HighLevel does not know this token.",
      hint: "Make a new one under Private Integrations.",
    });
    form.highlevel.account = " loc1 ";
    form.highlevel.secret = "pit-secret";
    await form.connect(form.highlevel);
    expect(form.highlevel.error?.hint).toBe("Make a new one under Private Integrations.");
    expect(form.highlevel.account).toBe(" loc1 ");
    expect(form.highlevel.secret, "to be corrected, not typed again").toBe("pit-secret");
    expect(form.highlevel.busy).toBe(false);
  });

  it("forgets the secret as soon as the vault has it", async () => {
    const { host, form } = setUp();
    form.aimfox.secret = " key ";
    form.aimfox.requestsPerMinute = "120";
    await form.connect(form.aimfox);
    expect(host.requests("connections.connect_aimfox")).toEqual([
      { api_key: "key", requests_per_minute: 120 },
    ]);
    expect(form.aimfox.connection?.id).toBe(aimfox.id);
    expect(form.aimfox.secret).toBe("");
  });

  it("sends nothing that is incomplete or no number", async () => {
    const { host, form } = setUp();
    await form.connect(form.aimfox);
    form.highlevel.secret = "x";
    await form.connect(form.highlevel);
    form.aimfox.secret = "x";
    for (const limit of ["0", "-1", "1.5", "many"]) {
      form.aimfox.requestsPerMinute = limit;
      await form.connect(form.aimfox);
      expect(form.aimfox.limitIsValid, limit).toBe(false);
    }
    expect(host.calls).toEqual([]);
  });

  it("goes on with connections that are there, but never pairs sample data unasked", () => {
    const { form } = setUp();
    form.resume([{ ...aimfox, sample: true }, highlevel]);
    expect(form.aimfox.connection).toBeUndefined();
    expect(form.highlevel.connection?.id).toBe(highlevel.id);
    form.resume([]);
    expect(form.highlevel.connection, "it was removed meanwhile").toBeUndefined();
  });

  it("creates with the template's tag choice unless another was made", async () => {
    const { host, form } = setUp();
    form.resume([aimfox, highlevel]);
    const [standard, noTags] = templates;
    expect(form.tagWritesFor(standard)).toBe("edits");
    await form.create(noTags);
    form.tagWrites = "all";
    form.name = " Mine ";
    await form.create(standard);
    const base = { highlevel: highlevel.id, aimfox: aimfox.id };
    expect(host.requests("syncs.create")).toEqual([
      { ...base, template: "no-tags", tag_writes: "off" },
      { ...base, template: "standard", tag_writes: "all", name: "Mine" },
    ]);
  });

  it("keeps the choices when creating fails", async () => {
    const { host, form } = setUp();
    form.resume([aimfox, highlevel]);
    form.name = "Mine";
    host.fail("syncs.create", { code: "store", message: "The disk is full." });
    expect(await form.create(templates[0])).toBeUndefined();
    expect(form.createError?.message).toBe("The disk is full.");
    expect(form.name).toBe("Mine");
  });
});
