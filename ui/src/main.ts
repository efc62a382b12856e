// The page's entry: find the host, then show the app.
import { mount } from "svelte";
import "./styles/app.css";
import { hostPlatform } from "./platform";
import { rememberedTheme, showTheme } from "./lib/theme";
import App from "./views/App.svelte";

// Before the first paint, so that a dark window does not flash white.
showTheme(rememberedTheme());

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");

const platform = await hostPlatform();
mount(App, { target, props: { platform } });
