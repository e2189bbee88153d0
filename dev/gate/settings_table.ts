/** The table of settings, made from the settings themselves; the gate fails when the one in the docs is stale. */
import { apiSettings } from "../../api/config.ts";
import type { Settings } from "../../shared/config/parse.ts";
import type { Setting } from "../../shared/config/setting.ts";
import { relaySettings } from "../../workers/outbox_relay/config.ts";
import { rotatorSettings } from "../../workers/ticket_rotator/config.ts";
import { persisterSettings } from "../../workers/vote_persister/config.ts";

const PROGRAMS: Readonly<Record<string, Settings>> = {
  api: apiSettings,
  rotator: rotatorSettings,
  relay: relaySettings,
  persister: persisterSettings,
};

/** Returns the table in Markdown. */
export function settingsTable(): string {
  const rows = new Map<string, { setting: Setting<unknown>; fallbacks: Set<string>; programs: string[] }>();
  for (const [program, settings] of Object.entries(PROGRAMS)) {
    for (const setting of Object.values(settings)) {
      const row = rows.get(setting.name) ?? { setting, fallbacks: new Set<string>(), programs: [] };
      row.fallbacks.add(setting.fallback === "" ? "unset" : setting.fallback ?? "none");
      row.programs.push(program);
      rows.set(setting.name, row);
    }
  }
  const lines = [...rows.values()].map(({ setting, fallbacks, programs }) => {
    const name = setting.secret ? `\`${setting.name}\` or \`${setting.name}_FILE\`` : `\`${setting.name}\``;
    const who = programs.length === Object.keys(PROGRAMS).length ? "all" : programs.join(", ");
    return `| ${name} | ${[...fallbacks].join(", ")} | ${who} | ${setting.meaning.replaceAll("|", "\\|")} |`;
  });
  return ["| name | default | read by | meaning |", "| --- | --- | --- | --- |", ...lines].join("\n");
}
