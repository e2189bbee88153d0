import { assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import { findOptionalComponents } from "./optional_components.ts";
import { listOverlays } from "./overlays.ts";

Deno.test("listOverlays() and findOptionalComponents() find every folder, whatever it is called", async () => {
  const k8s = await Deno.makeTempDir();
  try {
    const files = {
      "overlays/local/kustomization.yaml": "components: [../../components/redis]",
      "overlays/a-new-one/kustomization.yaml": "resources: [../../base]",
      "overlays/README.md": "",
      "components/redis/kustomization.yaml": "",
      "components/tracing/kustomization.yaml": "",
    };
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(k8s, path)), { recursive: true });
      await Deno.writeTextFile(join(k8s, path), text);
    }
    assertEquals(await listOverlays(k8s), ["a-new-one", "local"]);
    assertEquals(await findOptionalComponents(k8s), ["tracing"]);
  } finally {
    await Deno.remove(k8s, { recursive: true });
  }
});
