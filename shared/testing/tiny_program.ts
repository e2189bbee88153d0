/** A program with nothing to do, for the test of what all programs share: it starts and stops as it is told to. */
import { parseSettings } from "../config/parse.ts";
import { choiceSetting, integerSetting, secretSetting } from "../config/setting.ts";
import { logLevel, opsPort } from "../config/settings.ts";
import { type Program, runProgram } from "../lifecycle/run_program.ts";

const settings = {
  opsPort: opsPort(0),
  logLevel,
  start: choiceSetting({
    name: "CAST_LAB_START",
    meaning: "how it starts",
    fallback: "well",
    choices: ["well", "throws", "hangs", "rejects_later"],
  }),
  stop: choiceSetting({
    name: "CAST_LAB_STOP",
    meaning: "how it stops",
    fallback: "well",
    choices: ["well", "throws", "hangs"],
  }),
  uses: integerSetting({ name: "CAST_LAB_USES", meaning: "a number", fallback: "1", min: 1, max: 9 }),
  secret: secretSetting({
    name: "CAST_LAB_SECRET",
    meaning: "a secret",
    fallback: "none",
    parse(text) {
      if (text === "hunter2") throw new Error("wanted a better secret");
      return text;
    },
  }),
};

const program: Program<typeof settings> = {
  name: "tiny_program",
  settings,
  parse: (environment) => parseSettings(settings, environment),
  async start({ config, log, shutdown }) {
    const timer = setInterval(() => {}, 60_000);
    shutdown.add("timer", () => clearInterval(timer));
    shutdown.add("lab", () => stop(config.stop));
    log.info("lab_configured", { secretLength: config.secret.length });
    if (config.start === "throws") throw new Error("no store");
    if (config.start === "hangs") await new Promise(() => {});
    if (config.start === "rejects_later") setTimeout(() => Promise.reject(new Error("forgotten")));
    return [{ name: "lab", isReady: () => true }];
  },
};

function stop(how: "well" | "throws" | "hangs"): Promise<void> {
  if (how === "throws") return Promise.reject(new Error("did not stop"));
  return how === "hangs" ? new Promise(() => {}) : Promise.resolve();
}

await runProgram(program);
