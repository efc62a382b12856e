// The promises docs/DESIGN.md makes about colour and size, held to.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const src = join(import.meta.dirname, "..");
const tokens = readFileSync(join(src, "styles/tokens.css"), "utf8");

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

/** The style blocks of a component, or a whole style sheet, without comments. */
function cssOf(file: string): string {
  const text = readFileSync(file, "utf8");
  const css = file.endsWith(".svelte")
    ? [...text.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].map((m) => m[1]).join("\n")
    : text;
  return css.replace(/\/\*[\s\S]*?\*\//g, "");
}

/** Conditions of media and container queries cannot read custom properties. */
const withoutConditions = (css: string) => css.replace(/@(media|container)[^{]*\{/g, "{");

const styled = [...filesUnder(src, ".svelte"), join(src, "styles/app.css")];

describe("components use tokens", () => {
  it("finds the components at all", () => {
    expect(styled.length, "the checks below would pass on nothing").toBeGreaterThan(10);
  });

  it.each(styled)("%s names no colour of its own", (file) => {
    const css = withoutConditions(cssOf(file));
    const literal = /#[0-9a-f]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|oklab|lab|lch|hwb)\(/gi;
    expect(css.match(literal) ?? [], "a colour belongs in tokens.css").toEqual([]);
    const named =
      /(?:color|background|border|fill|stroke)[^:;{}]*:[^;]*\b(?:white|black|red|orange|gr[ae]y)\b/gi;
    expect(css.match(named) ?? [], "a named colour belongs in tokens.css").toEqual([]);
  });

  it.each(styled)("%s sets no size of its own", (file) => {
    const css = withoutConditions(cssOf(file));
    const fontSizes = [...css.matchAll(/font-size:\s*([^;]+);/g)].map((m) => m[1]?.trim());
    for (const size of fontSizes) {
      expect(size, "a font size is a step of the scale").toMatch(
        /^(var\(--type-|0\.92em$|inherit$)/,
      );
    }
    const lengths = (css.match(/\b\d*\.?\d+(?:px|rem)\b/g) ?? []).filter(
      (length) => !(file.endsWith("app.css") && ["1px", "2px"].includes(length)),
    );
    expect(lengths, "a length is a step of the grid").toEqual([]);
  });

  it.each(styled.filter((file) => file.endsWith(".svelte")))(
    "%s has no style attribute",
    (file) => {
      const markup = readFileSync(file, "utf8").replace(/<style[^>]*>[\s\S]*?<\/style>/g, "");
      expect(markup.match(/\sstyle=/g) ?? [], "the content security policy refuses it").toEqual([]);
    },
  );

  it("every token that is used exists", () => {
    const defined = new Set([...tokens.matchAll(/(--[\w-]+):/g)].map((m) => m[1]));
    for (const file of styled) {
      const css = cssOf(file);
      const own = new Set([...css.matchAll(/(--[\w-]+)\s*:/g)].map((m) => m[1]));
      const text = readFileSync(file, "utf8");
      const handed = new Set([...text.matchAll(/style:(--[\w-]+)/g)].map((m) => m[1]));
      for (const [, name] of css.matchAll(/var\((--[\w-]+)/g)) {
        expect(defined.has(name) || own.has(name) || handed.has(name), `${name} in ${file}`).toBe(
          true,
        );
      }
    }
  });
});

describe("contrast", () => {
  const pairOf = (name: string): [string, string] => {
    const two = tokens.match(new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`));
    if (!two?.[1] || !two[2]) throw new Error(`--${name} is no light-dark() pair of plain colours`);
    return [two[1], two[2]];
  };

  const luminance = (hex: string) => {
    const channel = (at: number) => {
      const value = parseInt(hex.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  };

  const contrast = (a: string, b: string) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
    return (high + 0.05) / (low + 0.05);
  };

  const grounds = [
    "ground",
    "surface",
    "surface-sunken",
    "surface-raised",
    "surface-hover",
    "surface-selected",
  ];
  const words = ["text", "text-muted", "text-faint", "accent-text", "good", "warn", "bad", "info"];
  const pairs: [string, string][] = [
    ...words.flatMap((word) => grounds.map((ground): [string, string] => [word, ground])),
    ...["good", "warn", "bad", "info", "highlevel", "aimfox", "foxbridge"].map(
      (name): [string, string] => [name, `${name}-soft`],
    ),
    ...["good", "warn", "bad", "info", "accent"].flatMap((name): [string, string][] => [
      ["text", `${name}-soft`],
      ["text-muted", `${name}-soft`],
    ]),
    ["text", "control-chosen"],
    ["text-muted", "control-track"],
    ["text-muted", "surface-press"],
    ["accent-text", "accent-soft"],
    ["accent-on-fill", "accent-fill"],
    ["accent-on-fill", "accent-fill-hover"],
    ["accent-on-fill", "accent-fill-press"],
  ];

  it.each(pairs)("%s on %s is at least 4.5:1, light and dark", (front, back) => {
    const [lightFront, darkFront] = pairOf(front);
    const [lightBack, darkBack] = pairOf(back);
    expect(contrast(lightFront, lightBack), "light").toBeGreaterThanOrEqual(4.5);
    expect(contrast(darkFront, darkBack), "dark").toBeGreaterThanOrEqual(4.5);
  });

  it.each([
    ["line-field", "surface"],
    ["focus", "surface"],
    ["focus", "ground"],
  ])("%s on %s is at least 3:1", (front, back) => {
    const [lightFront, darkFront] = pairOf(front);
    const [lightBack, darkBack] = pairOf(back);
    expect(contrast(lightFront, lightBack), "light").toBeGreaterThanOrEqual(3);
    expect(contrast(darkFront, darkBack), "dark").toBeGreaterThanOrEqual(3);
  });
});
