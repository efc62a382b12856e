// The words of the way from nothing to a sync that runs by itself.
import { count, plural } from "../lib/format";

export const welcome = {
  title: "Setting up",
  intro:
    "Nine steps, each one that can be left and gone on with later. Nothing is written before the seventh.",
  open: "Or step by step",
  progress: (done: number, of: number) => `${count(done)} of ${count(of)} steps done`,
  next: (title: string) => `Next: ${title}`,
  goOn: "Go on with setting up",
  all: {
    title: "All set up",
    text: "It runs by itself now. What needs a person shows in Needs you.",
  },
  done: "Done",
  now: "Next",
  later: "Later",
  steps: {
    aimfox: {
      title: "Connect Aimfox",
      help: "With an API key of the workspace. It is kept in the vault.",
      act: "Connect",
      done: "Connected",
    },
    highlevel: {
      title: "Connect HighLevel",
      help: "With a private integration token, or an app of your own.",
      act: "Connect",
      done: "Connected",
    },
    pair: {
      title: "Pair the two",
      help: "One workspace and one location become a sync.",
      act: "Pair them",
      done: (name: string) => `Paired as ${name}`,
    },
    mapping: {
      title: "A mapping to begin with",
      help: "From one of the templates; each row can be changed with a real person in sight.",
      act: "Look at the mapping",
      done: (fields: number) => `${plural(fields, "field")} from the template`,
    },
    match: {
      title: "See who is who",
      help: "Both services are read and people matched. Nothing is written, anywhere.",
      act: "Read and match",
      done: (people: number) => `${plural(people, "person", "people")} on both sides`,
      look: "Look at the people",
    },
    rehearse: {
      title: "Rehearse",
      help: "Every change that a run would make, before and after, with the reason.",
      act: "Rehearse",
      done: "Rehearsed",
      look: "Look at the plan",
    },
    ten: {
      title: "The first ten people",
      help: "Ten people of the rehearsal are approved; you look at them and run them. Then look into both services.",
      act: "Approve ten people",
      done: (changes: number) => `${plural(changes, "change")} made`,
      none: "There is nothing to change for anybody.",
    },
    everything: {
      title: "Everything",
      help: "The whole plan, after both services were read once more.",
      act: "Run everything",
      done: "Ran as a whole",
    },
    background: {
      title: "Let it run by itself",
      help: "On a schedule, while Foxbridge waits in the tray.",
      act: "Every hour",
      done: "It runs by itself",
    },
  },
};
