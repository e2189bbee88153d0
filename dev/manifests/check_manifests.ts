/**
 * Judges every overlay by every tool and every policy, then shows each judge the faults that it must refuse: only so is it
 * known that a manifest that passes was looked at.
 */
import { applyEdits } from "./broken/edit.ts";
import type { BrokenManifest } from "./broken/broken_manifest.ts";
import { type BrokenRender, renderBroken } from "./broken/broken_renders.ts";
import { findOpsPaths } from "./ops_paths.ts";
import { createJudge, type Judge, type Verdicts } from "./judge.ts";
import type { Kustomize } from "./render/kustomize.ts";
import { findOptionalComponents, renderOptionalComponent } from "./render/optional_components.ts";
import { listOverlays, type Overlay, renderOverlay } from "./render/overlays.ts";
import type { ManifestTools } from "./tools.ts";

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface CheckOptions {
  readonly tools: ManifestTools;
  readonly broken: readonly BrokenManifest[];
  readonly brokenRenders: readonly BrokenRender[];
  readonly write: (line: string) => void;
}

/** Judged, with what was said of it. */
interface JudgedOverlay extends Overlay {
  readonly verdicts: Verdicts;
}

export async function checkManifests(options: CheckOptions): Promise<Counts> {
  const { tools, broken, brokenRenders, write } = options;
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const judge = createJudge({ validator: tools.validator, opsPaths: await findOpsPaths() });
  const note = (problems: readonly string[] | undefined) => {
    problems?.forEach(write);
    counts[problems === undefined ? "skipped" : problems.length === 0 ? "passed" : "failed"] += 1;
  };
  const overlays = new Map<string, JudgedOverlay>();
  for (const { name, render } of await listRenders(tools.kustomize)) {
    try {
      const overlay = await render();
      const verdicts = await judge(overlay.name, overlay.objects);
      overlays.set(overlay.name, { ...overlay, verdicts });
      note([]);
      for (const [judged, problems] of verdicts) {
        note(problems?.map((problem) => `${overlay.name}: ${judged}: ${problem}`));
      }
      write(`${overlay.name}: ${overlay.objects.length} objects, ${verdicts.size + 1} checks`);
    } catch (error) {
      note([`${name}: ${messageOf(error)}`]);
    }
  }
  for (const manifest of broken) note(await judgeBroken(manifest, { overlays, judge }));
  for (const render of brokenRenders) {
    const said = await renderBroken(render, tools.kustomize).catch((error) => ({ error }));
    if (typeof said === "object") note([`broken, ${render.fault}: ${messageOf(said.error)}`]);
    else note(said === undefined ? [`broken, ${render.fault}: kustomize renders it`] : []);
  }
  if (typeof tools.validator === "string") write(`skipped: schemas, ${tools.validator}`);
  write(`${broken.length + brokenRenders.length} broken manifests shown`);
  return counts;
}

interface Render {
  readonly name: string;
  render(): Promise<Overlay>;
}

/** Every overlay, and each component that no overlay takes: none may be forgotten. */
async function listRenders(kustomize: Kustomize): Promise<Render[]> {
  return [
    ...(await listOverlays()).map((name) => ({ name, render: () => renderOverlay(name, { kustomize }) })),
    ...(await findOptionalComponents()).map((name) => ({
      name,
      render: () => renderOptionalComponent(name, kustomize),
    })),
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Undefined when who must refuse it is not there. */
async function judgeBroken(
  { fault, overlay, edits, refusedBy }: BrokenManifest,
  { overlays, judge }: { overlays: ReadonlyMap<string, JudgedOverlay>; judge: Judge },
): Promise<string[] | undefined> {
  const good = overlays.get(overlay);
  if (!good) return [`broken, ${fault}: there is no good overlay "${overlay}" to break`];
  let verdicts: Verdicts;
  try {
    verdicts = await judge(overlay, applyEdits(good.objects, edits));
  } catch (error) {
    return [`broken, ${fault}: ${messageOf(error)}`];
  }
  if (refusedBy.some((name) => verdicts.get(name) === undefined)) return undefined;
  // What is wrong without the edit was said already.
  const added = [...verdicts].map(([name, problems = []]) => ({
    name,
    problems: problems.filter((problem) => !good.verdicts.get(name)?.includes(problem)),
  })).filter(({ problems }) => problems.length > 0);
  const refusing = added.map(({ name }) => name);
  if (refusing.toSorted().join() === refusedBy.toSorted().join()) return [];
  const said = added.map(({ problems }) => problems[0]).join("; ");
  return [
    `broken, ${fault}: refused by ${refusing.join(", ") || "nobody"}, wanted ${refusedBy.join(", ")}${
      said && ` (${said})`
    }`,
  ];
}
