/** Prints the permissions of `deno task verify` for `deno run`: what its settings name, or the stores of `deno task dev`. */
import { devStores } from "../../shared/config/dev_stores.ts";
import { permissionFlags } from "../../shared/config/permissions.ts";
import { verifySettings } from "./config.ts";

const { flags, environment } = devStores(verifySettings, Deno.env.toObject());
console.log([...flags, ...permissionFlags(verifySettings, environment)].join(" "));
