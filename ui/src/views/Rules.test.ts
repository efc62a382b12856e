import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { RuleStep } from "../platform/contract";
import { detail } from "../platform/fake/catalog";
import { firing, rule } from "../platform/fake/rules";
import { fakeHost, show } from "../testing/show";

/** The page of the rule, once it is no longer looking something up. */
async function loaded() {
  await screen.findByDisplayValue("Replies");
  await waitFor(() => expect(screen.getByTestId("rule-test").getAttribute("aria-busy")).toBeNull());
}

const value = (label: string | RegExp) => screen.getByLabelText<HTMLInputElement>(label).value;

describe("the rules", () => {
  it("are switched where they are listed, and a refusal says why", async () => {
    const { host } = fakeHost();
    show("#/rules", host);
    const turn = await screen.findByRole("switch", { name: "Replies: on or off" });
    await fireEvent.click(turn);
    await waitFor(() =>
      expect(host.requests("rules.switch")).toEqual([{ rule: "rule-1", state: "on" }]),
    );
    await screen.findByText("On");
    host.fail("rules.switch", { code: "bad_request", message: "It cannot be switched on." });
    await fireEvent.click(screen.getByRole("switch", { name: "Replies: on or off" }));
    expect((await screen.findByRole("alert")).textContent).toContain("cannot be switched on");
  });

  it("begin with a recipe, in test mode", async () => {
    const { host } = fakeHost();
    show("#/rules", host);
    await fireEvent.click(await screen.findByTestId("recipe-reply-to-task"));
    await waitFor(() => expect(location.hash).toBe("#/rule/rule-2"));
    await screen.findByText("Test mode");
    expect(host.requests("rules.save")[0]?.name).toBe("A reply on LinkedIn becomes a task");
  });
});

describe("a rule", () => {
  it("shows what it would have done, why it would not, and what must be put right", async () => {
    const { host } = fakeHost();
    show("#/rule/rule-1", host);
    await loaded();
    // In test mode without being asked.
    const trials = await screen.findAllByTestId("trial");
    expect(trials[0]?.textContent).toContain("Would have done");
    expect(trials[1]?.textContent).toContain("The conditions do not hold.");
    for (const remove of screen.getAllByRole("button", { name: /Remove the step/ })) {
      await fireEvent.click(remove);
    }
    await fireEvent.click(screen.getByTestId("rule-test"));
    await screen.findByText(/are missing: it does nothing/);
  });

  it("has groups within groups, which keep their place when they are edited", async () => {
    const { host } = fakeHost();
    show("#/rule/rule-1", host);
    await loaded();
    const inner = screen.getByRole("group", { name: "A group of conditions" });
    await fireEvent.input(within(inner).getByDisplayValue("vip"), { target: { value: "gold" } });
    await fireEvent.click(within(inner).getByRole("radio", { name: "all of these hold" }));
    await fireEvent.click(screen.getByTestId("rule-save"));
    await waitFor(() => expect(host.requests("rules.save")).toHaveLength(1));
    expect(host.requests("rules.save")[0]?.definition.conditions).toEqual({
      all: [
        { field: "contact.id", is: "is_set" },
        {
          all: [{ field: "event.tag", is: "is", value: "gold" }, { cel: "size(lead.labels) < 5" }],
        },
      ],
    });
  });

  it("looks something up by a form, and leaves out what is not wanted", async () => {
    const { host } = fakeHost();
    show("#/rule/rule-1", host);
    await loaded();
    expect(value("The one whose name is")).toBe("{{event.tag}}");
    await fireEvent.input(screen.getByLabelText("The one whose name is"), {
      target: { value: "Met " },
    });
    const pick = screen.getByLabelText("Insert a field into The one whose name is");
    await fireEvent.change(pick, { target: { value: "person.name" } });
    await fireEvent.click(screen.getByRole("switch", { name: "Make it where it is not there" }));
    await fireEvent.click(screen.getByTestId("rule-save"));
    await waitFor(() => expect(host.requests("rules.save")).toHaveLength(1));
    const find = host.requests("rules.save")[0]?.definition.steps[0] as RuleStep;
    expect(find).toEqual({
      id: "label",
      kind: "find",
      operation: "aimfox.labels.list",
      params: {},
      list: "labels",
      field: "name",
      equals: "Met {{person.name}}",
    });
  });

  it("moves its steps, and offers the answers of those before; a wait is said in days", async () => {
    const { host } = fakeHost();
    show("#/rule/rule-1", host);
    await loaded();
    await fireEvent.click(screen.getByRole("button", { name: "Move tag up" }));
    expect(value("How long")).toBe("2");
    await fireEvent.input(screen.getByLabelText("How long"), { target: { value: "3" } });
    const title = screen.getByLabelText<HTMLSelectElement>("Insert a field into title");
    expect([...title.options].map((option) => option.value)).toContain("steps.label.id");
    await fireEvent.click(screen.getByTestId("rule-save"));
    await waitFor(() => expect(host.requests("rules.save")).toHaveLength(1));
    const steps = host.requests("rules.save")[0]?.definition.steps ?? [];
    expect(steps.map((step) => step.id)).toEqual(["label", "tag", "wait"]);
    expect(steps[2]).toMatchObject({ minutes: 3 * 1440 });
  });

  it("picks another action by typing; what that one does not take is left behind", async () => {
    const { host } = fakeHost();
    show("#/rule/rule-1", host);
    await loaded();
    await screen.findByText("This action has no contactId.");
    await fireEvent.click(screen.getByTestId("step-operation"));
    const picker = await screen.findByTestId("catalog-picker");
    const search = within(picker).getByTestId("pick-input");
    await fireEvent.input(search, { target: { value: "task" } });
    const [first] = within(picker).getAllByTestId("pick-option");
    expect(first?.dataset.key).toBe("highlevel.contacts.tasks.create");
    expect(search.getAttribute("aria-activedescendant")).toBe(first?.id);
    await fireEvent.keyDown(search, { key: "Enter" });
    await waitFor(() => expect(screen.queryByTestId("catalog-picker")).toBeNull());
    await waitFor(() => expect(screen.queryByText("This action has no contactId.")).toBeNull());
    await fireEvent.click(screen.getByTestId("step-operation"));
    const again = within(await screen.findByTestId("catalog-picker")).getByTestId("pick-input");
    await fireEvent.input(again, { target: { value: "create a contact" } });
    await fireEvent.keyDown(again, { key: "Enter" });
    await waitFor(() =>
      expect(screen.getByTestId("step-operation").dataset.value).toBe("highlevel.contacts.create"),
    );
    await fireEvent.click(screen.getByTestId("rule-save"));
    await waitFor(() => expect(host.requests("rules.save")).toHaveLength(1));
    const step = host.requests("rules.save")[0]?.definition.steps.find((one) => one.id === "tag");
    expect(step).toMatchObject({ operation: "highlevel.contacts.create", params: {}, body: {} });
  });

  it("takes a list entry by entry, with fields picked into them", async () => {
    const { host } = fakeHost();
    show("#/rule/rule-1", host);
    await loaded();
    await screen.findByText("This action has no contactId.");
    const add = screen.getAllByLabelText("Add a field").at(-1) as HTMLSelectElement;
    await fireEvent.change(add, { target: { value: "body tags" } });
    for (const text of ["warm", ""]) {
      await fireEvent.click(screen.getByRole("button", { name: /Add an entry to tags|Add.*tags/ }));
      const entries = screen.getAllByLabelText(/^tags \d$/);
      await fireEvent.input(entries.at(-1)!, { target: { value: text } });
    }
    await fireEvent.change(screen.getByLabelText("Insert a field into tags 2"), {
      target: { value: "event.tag" },
    });
    await fireEvent.click(screen.getByTestId("rule-save"));
    await waitFor(() => expect(host.requests("rules.save")).toHaveLength(1));
    const step = host.requests("rules.save")[0]?.definition.steps.find((one) => one.id === "tag");
    expect(step).toMatchObject({ body: { tags: ["warm", "{{event.tag}}"] } });
  });

  it("takes a number digit by digit, and keeps an emptied field where it is", async () => {
    const { host } = fakeHost();
    const schema = {
      type: "object",
      properties: { monetaryValue: { type: "number" }, name: { type: "string" } },
    };
    host.answer("operations.get", ({ id }) => ({
      ...detail(id),
      body: { format: "json", required: false, schema, most_file_bytes: 0 },
    }));
    show("#/rule/rule-1", host);
    await loaded();
    const add = () => screen.getAllByLabelText("Add a field").at(-1) as HTMLSelectElement;
    await fireEvent.change(add(), { target: { value: "body monetaryValue" } });
    const field = () => screen.getByLabelText<HTMLInputElement>("monetaryValue");
    for (const typed of ["0", "0.", "0.0", "0.05"]) {
      await fireEvent.input(field(), { target: { value: typed } });
      expect(field().value).toBe(typed);
    }
    const same = field();
    await fireEvent.input(same, { target: { value: "" } });
    expect(field(), "it is typed into again").toBe(same);
    await fireEvent.input(same, { target: { value: "12.50" } });
    await fireEvent.click(screen.getByTestId("rule-save"));
    await waitFor(() => expect(host.requests("rules.save")).toHaveLength(1));
    const step = host.requests("rules.save")[0]?.definition.steps.find((one) => one.id === "tag");
    expect(step).toMatchObject({ body: { monetaryValue: 12.5 } });
  });

  it("asks, is answered, and is taken back", async () => {
    const { host } = fakeHost();
    const asks = { ...firing().actions[0]!, done: false };
    host.answer("rules.firings", () => [firing({ state: "asking", asks, can_undo: false })]);
    const shown = show("#/rule/rule-1", host);
    await fireEvent.click(await screen.findByRole("button", { name: "Yes, do it" }));
    await waitFor(() =>
      expect(host.requests("rules.answer")).toEqual([{ firing: 1, answer: "approve" }]),
    );
    shown.unmount();
    const other = fakeHost().host;
    show("#/rule/rule-1", other);
    const row = await screen.findByTestId("firing");
    await fireEvent.click(within(row).getByTestId("firing-undo"));
    await fireEvent.click(await within(row).findByTestId("firing-undo-confirm"));
    await within(row).findByText("Taken back");
    await waitFor(() =>
      expect(document.activeElement?.tagName, "the focus is kept").toBe("SUMMARY"),
    );
  });

  it("is taken back from the activity, which says what stays and why", async () => {
    const { host } = fakeHost();
    const never = "It reached a person: that cannot be called back.";
    const [did] = firing().actions;
    const sent = { ...did!, title: "Send a message", undo: { deletes: false, never } };
    const entry = firing({ actions: [did!, sent] });
    host.answer("activity.list", () => ({
      more: false,
      entries: [
        { at: "2026-11-24T14:00:00Z", run: null, sync: "s-1", kind: "firing", firing: entry },
      ],
    }));
    show("#/activity", host);
    const row = await screen.findByTestId("activity-entry");
    await fireEvent.click(within(row).getByRole("button"));
    await fireEvent.click(within(row).getByTestId("firing-undo"));
    const dialog = await screen.findByTestId("firing-undo-dialog");
    expect(dialog.textContent).toContain("Add tags");
    expect(dialog.textContent).toContain(`Send a message. ${never}`);
    expect(host.requests("rules.answer")).toEqual([]);
    await fireEvent.click(within(dialog).getByTestId("firing-undo-confirm"));
    await waitFor(() =>
      expect(host.requests("rules.answer")).toEqual([{ firing: 1, answer: "undo" }]),
    );
    await within(row).findByText("Taken back");
    expect(within(row).queryByTestId("firing-undo")).toBeNull();
  });

  it("that is stopped says why, and is deleted only when that is confirmed", async () => {
    const { host } = fakeHost();
    const why = "It fired more than 5 times in an hour for one person.";
    host.answer("rules.get", () => rule({ state: "stopped", why }));
    show("#/rule/rule-1", host);
    await screen.findByText(why);
    await fireEvent.click(screen.getByRole("button", { name: "Delete" }));
    expect(host.requests("rules.remove")).toEqual([]);
    await fireEvent.click(screen.getByTestId("dialog-confirm"));
    await waitFor(() => expect(host.requests("rules.remove")).toEqual([{ rule: "rule-1" }]));
    await waitFor(() => expect(location.hash).toBe("#/rules"));
  });

  it("is one entry of the activity, with what came in, what was sent and the way to the rule", async () => {
    const { host } = fakeHost();
    host.answer("activity.list", () => ({
      more: false,
      entries: [
        { at: "2026-11-24T14:00:00Z", run: null, sync: "s-1", kind: "firing", firing: firing() },
      ],
    }));
    show("#/activity", host);
    const row = await screen.findByTestId("activity-entry");
    expect(row.textContent).toContain("Ada Lovelace");
    await fireEvent.click(within(row).getByRole("button"));
    expect(row.textContent).toContain("Add tags");
    const link = within(row).getByRole("link", { name: "Open the rule" });
    expect(link.getAttribute("href")).toBe("#/rule/rule-1");
    await fireEvent.click(screen.getByRole("radio", { name: "Rules" }));
    await waitFor(() => expect(host.requests("activity.list").at(-1)?.kind).toBe("firing"));
  });
});
