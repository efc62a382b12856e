// Why a service is not reached, as the page tells it: the port, the protection, the name, the proxy.
import { test, expect, type Page } from "@playwright/test";
import { createServer } from "node:http";
import { createServer as createRawServer, type AddressInfo, type Server } from "node:net";
import { startHost } from "./host";

/** A name that leads nowhere, wherever the test is run (RFC 6761). */
const NAME = "https://services.foxbridge.invalid";

/** What stands at the address: nothing, or something that speaks no TLS. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return (server.address() as AddressInfo).port;
}

/** A port where nobody listens: one that was just given back. */
async function nobody(): Promise<number> {
  const server = createRawServer();
  const port = await listen(server);
  await new Promise((closed) => server.close(closed));
  return port;
}

async function connect(page: Page, proxy: string | undefined, address: string) {
  const host = await startHost((command, home) => ({
    command: [...command, "--vault-key-file", `${home}/key`],
    env: { HTTPS_PROXY: proxy ?? "", NO_PROXY: "" },
  }));
  try {
    await page.goto(`${host.url}#/connect`);
    await page.getByTestId("highlevel-location").fill("ve9EPM428h8vShlRW1KT");
    await page.getByTestId("highlevel-secret").fill("pit-of-no-importance");
    const form = page.getByRole("form", { name: "Connect HighLevel" });
    await form.getByText("Advanced").click();
    await page.getByTestId("highlevel-base-url").fill(address);
    await page.getByTestId("connect-highlevel").click();
    const error = page.getByTestId("error");
    await expect(error).toBeVisible({ timeout: 60_000 });
    await error.scrollIntoViewIfNeeded();
    await page.screenshot({ path: test.info().outputPath("told.png") });
    await expect(error).not.toContainText("pit-of-no-importance");
    return (await error.textContent()) ?? "";
  } finally {
    await host.stop();
  }
}

test("nobody listens at the address", async ({ page }) => {
  const told = await connect(page, undefined, `https://127.0.0.1:${await nobody()}`);
  expect(told).toContain("no connection could be made");
  expect(told).toContain("a firewall may be in the way");
});

test("the address is no protected one", async ({ page }) => {
  const plain = createRawServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  try {
    const told = await connect(page, undefined, `https://127.0.0.1:${await listen(plain)}`);
    expect(told).toContain("no protected connection could be set up");
  } finally {
    plain.close();
  }
});

test("the name leads nowhere", async ({ page }) => {
  const told = await connect(page, undefined, NAME);
  expect(told).toContain("its name leads nowhere");
});

test("the proxy is dead", async ({ page }) => {
  const told = await connect(page, `http://127.0.0.1:${await nobody()}`, NAME);
  expect(told).toContain("the proxy did not let the request through");
  expect(told).toContain("HTTPS_PROXY");
});

test("the proxy asks for a password", async ({ page }) => {
  const proxy = createServer();
  proxy.on("connect", (_request, socket) => {
    socket.end(
      'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n',
    );
  });
  try {
    const told = await connect(page, `http://127.0.0.1:${await listen(proxy)}`, NAME);
    expect(told).toContain("the proxy asks for a name and password");
  } finally {
    proxy.close();
  }
});
