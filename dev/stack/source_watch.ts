/**
 * Tells which programs a developer's edits concern.
 *
 * An editor's save is a burst of events, so they are collected until they have been quiet for a moment.
 */
import { join, relative } from "node:path";
import { exists } from "./fetch_once.ts";
import { type Program, programsUsing, SOURCE_FOLDERS } from "./programs.ts";

const QUIET_MS = 200;

export interface SourceWatch {
  stop(): void;
}

/** Calls back with the programs to start again and one of the files that changed. */
export async function watchSource(
  root: string,
  onChange: (programs: Set<Program>, path: string) => void,
): Promise<SourceWatch> {
  const folders: string[] = [];
  for (const name of SOURCE_FOLDERS) {
    const folder = join(root, name);
    if (await exists(folder)) folders.push(folder);
  }
  const watcher = Deno.watchFs(folders);
  let concerned = new Set<Program>();
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const follow = async () => {
    for await (const event of watcher) {
      if (event.kind === "access") continue;
      for (const path of event.paths.map((path) => relative(root, path))) {
        const programs = programsUsing(path);
        if (programs.length === 0) continue;
        for (const program of programs) concerned.add(program);
        clearTimeout(quiet);
        quiet = setTimeout(() => {
          const ready = concerned;
          concerned = new Set();
          onChange(ready, path);
        }, QUIET_MS);
      }
    }
  };
  // It ends when the watcher is closed; anything else is a fault that the launcher must not overlook.
  follow().catch((error) => reportError(error));
  return {
    stop: () => {
      clearTimeout(quiet);
      watcher.close();
    },
  };
}
