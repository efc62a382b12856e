// The mapping being edited: the draft, its history, what it would do, and saving it.
import type {
  ImportedMapping,
  Mapping,
  MappingAffected,
  MappingField,
  MappingPreview,
  MappingRow,
  MappingTemplate,
  RowPreview,
} from "../../platform/contract";
import { toHostError, type HostError, type Platform } from "../../platform/platform";
import { History } from "../../lib/history.svelte";
import { Resource } from "../../lib/resource.svelte";
import { debounced } from "../../lib/timing";
import { changedRows } from "./rows";

export class MappingEditor {
  readonly sync: string;
  readonly fields: Resource<"syncs.mapping_fields">;
  saved: Mapping | undefined = $state.raw();
  readonly draft = new History<readonly MappingRow[]>([]);
  /** Why the mapping could not be read, saved or carried. */
  error: HostError | undefined = $state.raw();
  preview: MappingPreview | undefined = $state.raw();
  affected: MappingAffected | undefined = $state.raw();
  /** Whether the number of people is being worked out. */
  counting = $state(false);
  saving = $state(false);
  /** Lead id of the person the rows are shown with; somebody when not chosen. */
  person: string | undefined = $state();
  chosen: string | undefined = $state();
  search = $state("");

  #platform: Platform;
  #soon = debounced(120);
  #later = debounced(400);
  #asked = 0;
  #counted = 0;

  constructor(platform: Platform, sync: string) {
    this.#platform = platform;
    this.sync = sync;
    this.fields = new Resource(platform, "syncs.mapping_fields", () => ({ sync }));
  }

  readonly rows: readonly MappingRow[] = $derived.by(() => this.draft.now);
  readonly changed: string[] = $derived.by(() => changedRows(this.saved?.rows ?? [], this.rows));
  readonly row: MappingRow | undefined = $derived.by(() =>
    this.rows.find((row) => row.id === this.chosen),
  );
  readonly shown: readonly MappingRow[] = $derived.by(() => {
    const wanted = this.search.trim().toLowerCase();
    if (!wanted) return this.rows;
    return this.rows.filter((row) => this.#words(row).includes(wanted));
  });
  /** Suggestions that the draft has not taken. */
  readonly suggestions = $derived.by(() =>
    (this.fields.data?.suggestions ?? []).filter(
      ({ row }) => !this.rows.some((one) => one.highlevel === row.highlevel),
    ),
  );

  /** Loads, and loads again when somebody else saves. The returned function ends it. */
  start(): () => void {
    const stops = [
      this.fields.watch(),
      this.#platform.onEvent((event) => {
        if (event.type === "run_finished" && event.sync === this.sync) this.look();
      }),
    ];
    void this.load();
    void this.fields.load();
    return () => stops.forEach((stop) => stop());
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      this.saved = await this.#platform.call("syncs.mapping_get", { sync: this.sync });
      this.draft.reset(this.saved.rows);
      this.chosen ??= this.saved.rows[0]?.id;
      this.look();
    });
  }

  aimfox(id: string): MappingField | undefined {
    return this.fields.data?.aimfox.find((field) => field.id === id);
  }

  highlevel(id: string): MappingField | undefined {
    return this.fields.data?.highlevel.find((field) => field.id === id);
  }

  seen(row: string): RowPreview | undefined {
    return this.preview?.rows.find((one) => one.row === row);
  }

  problem(row: string): string | undefined {
    return this.preview?.problems.find((one) => one.row === row)?.message;
  }

  readonly problems: number = $derived.by(() => this.preview?.problems.length ?? 0);

  /** Takes a new state of all rows. Typing in one place is one step back. */
  put(rows: readonly MappingRow[], topic?: string): void {
    this.draft.set(rows, topic);
    this.look();
  }

  change(id: string, over: Partial<MappingRow>, topic?: string): void {
    this.put(
      this.rows.map((row) => (row.id === id ? { ...row, ...over } : row)),
      topic && `${id} ${topic}`,
    );
  }

  add(...rows: MappingRow[]): void {
    this.put([...this.rows, ...rows]);
    this.chosen = rows.at(-1)?.id;
  }

  remove(id: string): void {
    const at = this.rows.findIndex((row) => row.id === id);
    const rest = this.rows.filter((row) => row.id !== id);
    this.put(rest);
    this.chosen = (rest[at] ?? rest[at - 1])?.id;
  }

  undo(): void {
    this.draft.undo();
    this.look();
  }

  redo(): void {
    this.draft.redo();
    this.look();
  }

  discard(): void {
    this.put(this.saved?.rows ?? []);
  }

  show(person: string): void {
    this.person = person;
    this.look();
  }

  /** Looks again at what the draft would do: soon for one person, later for all. */
  look(): void {
    this.#soon(() => void this.#preview());
    this.counting = this.changed.length > 0;
    this.#later(() => void this.#count());
  }

  async save(): Promise<boolean> {
    this.saving = true;
    const done = await this.#try(async () => {
      this.saved = await this.#platform.call("syncs.mapping_save", {
        sync: this.sync,
        rows: [...this.rows],
        ...(this.saved && { revision: this.saved.revision }),
      });
      this.draft.set(this.saved.rows);
      this.look();
    });
    this.saving = false;
    return done;
  }

  /** Makes a custom field in HighLevel. */
  async addField(name: string, data_type: string): Promise<MappingField | undefined> {
    let made: MappingField | undefined;
    await this.#try(async () => {
      made = await this.#platform.call("syncs.mapping_add_field", {
        sync: this.sync,
        name,
        data_type,
      });
      await this.fields.load();
    });
    return made;
  }

  async export(): Promise<MappingTemplate | undefined> {
    let template: MappingTemplate | undefined;
    await this.#try(async () => {
      template = await this.#platform.call("syncs.mapping_export", { sync: this.sync });
    });
    return template;
  }

  /** Takes a template in as unsaved changes. */
  async import(template: MappingTemplate): Promise<ImportedMapping | undefined> {
    let imported: ImportedMapping | undefined;
    await this.#try(async () => {
      imported = await this.#platform.call("syncs.mapping_import", { sync: this.sync, template });
      this.put(imported.rows);
    });
    return imported;
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    this.error = undefined;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.error = toHostError(thrown);
      return false;
    }
  }

  async #preview(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const preview = await this.#platform.call("syncs.mapping_preview", {
        sync: this.sync,
        rows: [...this.rows],
        ...(this.person !== undefined && { person: this.person }),
      });
      if (asked === this.#asked) this.preview = preview;
    } catch (thrown) {
      if (asked === this.#asked) this.error = toHostError(thrown);
    }
  }

  async #count(): Promise<void> {
    const counted = ++this.#counted;
    if (this.changed.length === 0) {
      this.affected = undefined;
      this.counting = false;
      return;
    }
    try {
      const affected = await this.#platform.call("syncs.mapping_affected", {
        sync: this.sync,
        rows: [...this.rows],
      });
      if (counted === this.#counted) this.affected = affected;
    } catch {
      // A number that cannot be worked out is left out; saving tells what is wrong.
      if (counted === this.#counted) this.affected = undefined;
    } finally {
      if (counted === this.#counted) this.counting = false;
    }
  }

  /** What a search looks through: names, ids and the values in sight. */
  #words(row: MappingRow): string {
    const seen = this.seen(row.id);
    return [
      row.label,
      row.aimfox,
      row.highlevel,
      this.aimfox(row.aimfox)?.label,
      this.highlevel(row.highlevel)?.label,
      seen?.aimfox,
      seen?.card,
      seen?.highlevel,
    ]
      .join("\n")
      .toLowerCase();
  }
}
