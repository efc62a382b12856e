// Every word the interface says, in one typed place. docs/DESIGN.md has the rules of tone.
export * from "./words/terms";
export * from "./words/verdict";
export * from "./words/setup";
export * from "./words/pages";
export * from "./words/questions";
export * from "./words/safety";
export * from "./words/keep";
export * from "./words/welcome";
export * as accounts from "./words/accounts";
export * from "./words/catalog";
export * from "./words/triggers";
export * from "./words/mapping";
export * from "./words/people";
export * from "./words/undo";
export * from "./words/background";
export * from "./words/help";
export * from "./words/rules";
