// The fake host's vault, checks and sign-ins.
import type { Connection, VaultStatus } from "../contract";
import { HostError } from "../platform";
import type { Handlers } from "./fake";

const scope = (name: string, opens: string[]) => ({
  scope: name,
  writes: !name.endsWith("readonly"),
  opens,
});

const scopes = [
  scope("contacts.readonly", ["Search contacts", "Get a contact"]),
  scope("locations.readonly", ["Get a location"]),
  scope("locations/customFields.readonly", ["List custom fields"]),
  scope("locations/tags.readonly", ["List tags"]),
  scope("contacts.write", ["Create a contact", "Update a contact"]),
  scope("locations/customFields.write", ["Create a custom field"]),
];

export function signInHandlers(connections: () => Connection[]): Handlers {
  let vault: VaultStatus = {
    kind: "keyring",
    name: "the system keyring",
    state: "ready",
    fixed: false,
    key_file: "/home/ada/.local/share/app.foxbridge.desktop.key",
  };
  const find = (id: string) => {
    const found = connections().find((one) => one.id === id);
    if (!found)
      throw new HostError({ code: "not_found", message: `There is no connection ${id}.` });
    return found;
  };
  return {
    "connections.scopes": ({ access }) => ({
      scopes: scopes.filter((one) => access === "write" || !one.writes),
    }),
    "connections.check": ({ connection }) =>
      find(connection).check ?? {
        at: new Date().toISOString(),
        state: "good",
        steps: [{ title: "Sign-in", state: "good", says: "The service let it in." }],
        missing_scopes: [],
        may_write: null,
      },
    "connections.rename": ({ connection, name }) => ({ ...find(connection), name }),
    "connections.replace_key": ({ connection }) => find(connection),
    "connections.go_back": ({ connection }) => find(connection),
    "connections.remind": ({ connection, days }) => ({
      ...find(connection),
      remind_after_days: days,
    }),
    "connections.sign_in_defaults": () => ({
      redirect_url: "http://127.0.0.1:47113/signed-in",
      service: "highlevel",
    }),
    "connections.sign_in_start": () => ({
      sign_in: "sign-in-1",
      url: "https://marketplace.example.com/oauth/chooselocation",
      redirect_url: "http://127.0.0.1:47113/signed-in",
    }),
    "connections.sign_in_cancel": () => ({}),
    "vault.status": () => vault,
    "vault.choose": ({ kind }) => {
      vault = {
        ...vault,
        kind,
        state: "ready",
        name: kind === "keyring" ? "the system keyring" : "an encrypted file",
      };
      return vault;
    },
    "vault.unlock": () => {
      vault = { ...vault, state: "ready" };
      return vault;
    },
  };
}
