/**
 * A setting: one `CAST_*` environment variable with its meaning, its fallback and how its text is read.
 *
 * Settings are values, so that the parser, the table in the docs and each program's permissions come from one list.
 */

/** What a setting allows the program to do: decides the permission that it is started with. */
export type SettingUse = "value" | "listen_port" | "connect_url" | "connect_brokers" | "read_file";

export interface Setting<T> {
  readonly name: string;
  readonly meaning: string;
  /** The text that stands for an absent variable; empty where none may be given, undefined where one must be. */
  readonly fallback: string | undefined;
  readonly use: SettingUse;
  /** Printed as redacted, and also read from the file named by `<name>_FILE`. */
  readonly secret: boolean;
  /** Returns the value, or throws an `Error` whose message says what was wanted. */
  parse(text: string): T;
}

/** A name, an IPv4 address or an IPv6 address in brackets: what may also stand in a permission. */
const HOST = /^([A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])$/;

/** What every kind of setting is given. */
interface SettingSpec {
  name: string;
  meaning: string;
  fallback?: string;
}

/** A whole number within bounds. */
export function integerSetting(spec: SettingSpec & { min: number; max: number }): Setting<number> {
  const { min, max } = spec;
  return {
    ...base(spec),
    parse(text) {
      const value = Number(text);
      if (!/^-?\d+$/.test(text) || value < min || value > max) {
        throw new Error(`wanted a whole number from ${min} to ${max}, got "${text}"`);
      }
      return value;
    },
  };
}

/** A TCP port that the program listens on; 0 lets the system choose. */
export function listenPortSetting(spec: SettingSpec): Setting<number> {
  return { ...integerSetting({ ...spec, min: 0, max: 65535 }), use: "listen_port" };
}

/** One of a few words. */
export function choiceSetting<T extends string>(spec: SettingSpec & { choices: readonly T[] }): Setting<T> {
  return {
    ...base(spec),
    parse(text) {
      const choice = spec.choices.find((candidate) => candidate === text);
      if (choice === undefined) throw new Error(`wanted one of ${spec.choices.join(", ")}, got "${text}"`);
      return choice;
    },
  };
}

/** Text that must match a pattern. */
export function textSetting(spec: SettingSpec & { pattern: RegExp; wanted: string }): Setting<string> {
  return {
    ...base(spec),
    parse(text) {
      if (!spec.pattern.test(text)) throw new Error(`wanted ${spec.wanted}, got "${text}"`);
      return text;
    },
  };
}

/** An address that may carry a password: never printed. */
export function urlSetting(
  spec: SettingSpec & { protocols: readonly string[]; path?: { pattern: RegExp; wanted: string } },
): Setting<URL> {
  return {
    ...base(spec),
    use: "connect_url",
    secret: true,
    parse(text) {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (!url || !spec.protocols.includes(url.protocol) || !HOST.test(url.hostname)) {
        throw new Error(
          `wanted a URL that begins with ${spec.protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
        );
      }
      if (spec.path?.pattern.test(url.pathname) === false) throw new Error(`wanted ${spec.path.wanted}`);
      return url;
    },
  };
}

/** Comma-separated `host:port` pairs. */
export function brokersSetting(spec: SettingSpec): Setting<readonly string[]> {
  return {
    ...base(spec),
    use: "connect_brokers",
    parse(text) {
      const brokers = text.split(",").map((broker) => broker.trim());
      const wrong = brokers.find((broker) => !isBroker(broker));
      if (wrong !== undefined) throw new Error(`wanted host:port[,host:port…], got "${wrong}"`);
      return Object.freeze(brokers);
    },
  };
}

/** A secret whose reading is the caller's; its text never appears in a message. */
export function secretSetting<T>(spec: SettingSpec & { parse: (text: string) => T }): Setting<T> {
  return { ...base(spec), secret: true, parse: spec.parse };
}

/** The path of a file that the program reads. */
export function fileSetting(spec: SettingSpec): Setting<string> {
  return {
    ...base(spec),
    use: "read_file",
    parse(text) {
      // A comma would end the path in a permission and begin another one, a space would end the flag.
      if (/[,\s]/.test(text)) throw new Error(`wanted a path without spaces and commas, got "${text}"`);
      return text;
    },
  };
}

/** A setting that may be absent, or empty: its value is undefined then. */
export function optionalSetting<T>(setting: Setting<T>): Setting<T | undefined> {
  return { ...setting, fallback: "", parse: (text) => text === "" ? undefined : setting.parse(text) };
}

function isBroker(text: string): boolean {
  const [, host, port] = /^(.+):([1-9]\d{0,4})$/.exec(text) ?? [];
  return host !== undefined && HOST.test(host) && Number(port) <= 65535 && URL.canParse(`tcp://${text}`);
}

function base(spec: SettingSpec): Omit<Setting<never>, "parse"> {
  return { name: spec.name, meaning: spec.meaning, fallback: spec.fallback, use: "value", secret: false };
}
