import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import { defineConfig } from "eslint/config";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

/** The host is reached through the platform folder and nothing else. */
const hostPatterns = [
  {
    group: ["@tauri-apps/*"],
    message: "Only ui/src/platform may talk to the host: use the Platform interface.",
  },
  {
    group: ["**/platform/fake", "**/platform/fake/*"],
    message: "The fake host is for tests and `vite --mode fake` only.",
  },
];

/**
 * @param {{ group: string[]; message: string }[]} patterns
 * @returns {import("eslint").Linter.RulesRecord}
 */
const restricted = (patterns) => ({ "no-restricted-imports": ["error", { patterns }] });

/** Shared parts know nothing of the nouns, and nouns know nothing of the pages. */
/** @param {string[]} files @param {string[]} above */
const tier = (files, above) => ({
  files,
  rules: restricted([...hostPatterns, { group: above, message: "Imports go down only." }]),
});

export default defineConfig(
  { ignores: ["dist", "node_modules", "test-results", "src/platform/contract.ts"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-console": "error",
      "svelte/no-at-html-tags": "error",
      // Hash routes of our own: there is no SvelteKit whose `resolve` could be used.
      "svelte/no-navigation-without-resolve": "off",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig },
    },
  },
  { files: ["src/**/*.{ts,svelte}"], rules: restricted(hostPatterns) },
  tier(["src/lib/**/*.{ts,svelte}"], ["**/domain/**", "**/views/**"]),
  tier(["src/domain/**/*.{ts,svelte}"], ["**/views/**"]),
  {
    files: ["src/platform/**/*.ts", "src/testing/**/*.ts", "src/main.ts", "**/*.test.ts"],
    rules: { "no-restricted-imports": "off" },
  },
  {
    files: ["scripts/**/*.mjs", "*.config.{js,ts}", "e2e/**/*.ts"],
    languageOptions: { globals: { ...globals.node } },
    rules: { "no-console": "off" },
  },
);
