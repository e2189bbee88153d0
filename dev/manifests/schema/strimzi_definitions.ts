/** The custom resources of Strimzi, made by its own generator from its own model, both from Maven. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCheckout } from "../../stack/checkout.ts";
import { parseChecksums, verifyFolder } from "../../stack/checksum.ts";
import { findJava } from "../../stack/embedded_kafka.ts";
import { fetchOnce } from "../../stack/fetch_once.ts";
import { runClient } from "../../stack/run_client.ts";

const POM = fileURLToPath(new URL("./strimzi/pom.xml", import.meta.url));
const CHECKSUMS = fileURLToPath(new URL("./strimzi/checksums.sha256", import.meta.url));
const GENERATOR = "io.strimzi.crdgenerator.CrdGenerator";
const MODEL = "io.strimzi.api.kafka.model";
const CLASSES = ["kafka.Kafka", "nodepool.KafkaNodePool", "topic.KafkaTopic", "user.KafkaUser"];

/** Answers with the texts of the definitions; throws `SetupError` without Java or Maven. */
export async function fetchStrimziDefinitions(
  { javaHome }: { javaHome?: string | undefined },
): Promise<string[]> {
  const list = await Deno.readTextFile(CHECKSUMS);
  const version = createHash("sha256").update(list).digest("hex").slice(0, 12);
  const folder = await fetchOnce({
    folder: join(createCheckout().fetched, `strimzi-crds-${version}`),
    onStart: () => console.error("fetching strimzi-crds with Maven (once)"),
    fill: (part) => generate(part, { list, javaHome }),
  });
  return await Promise.all(CLASSES.map((name) => Deno.readTextFile(join(folder, `${name}.yaml`))));
}

async function generate(
  part: string,
  { list, javaHome }: { list: string; javaHome?: string | undefined },
): Promise<void> {
  const java = await findJava(javaHome);
  const jars = await Deno.makeTempDir({ prefix: "cast-strimzi-" });
  try {
    await runClient("mvn", {
      action: "Fetch the model of Strimzi",
      args: [
        ...["--batch-mode", "--quiet", "--strict-checksums", "--file", POM, "dependency:copy-dependencies"],
        ...["-DincludeScope=runtime", `-DoutputDirectory=${jars}`],
      ],
      install: "install Maven (the command mvn)",
    });
    const checksums = parseChecksums(list);
    await verifyFolder(jars, checksums);
    // The generator holds older copies of what the model brings: it comes last.
    const ordered = [...checksums.keys()].toSorted((a, b) => Number(isGenerator(a)) - Number(isGenerator(b)));
    await runClient(java, {
      action: "Make the definitions of Strimzi",
      args: [
        ...[
          "-cp",
          ordered.map((name) => join(jars, name)).join(":"),
          GENERATOR,
          "--yaml",
          "--target-kube",
          "1.16+",
        ],
        ...CLASSES.map((name) => `${MODEL}.${name}=${join(part, `${name}.yaml`)}`),
      ],
      install: "install Java 17 or later",
    });
  } finally {
    await Deno.remove(jars, { recursive: true });
  }
}

function isGenerator(jar: string): boolean {
  return jar.startsWith("crd-generator-");
}
