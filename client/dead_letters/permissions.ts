/** Prints the permissions of the dead letters' command for `deno run`: what its settings name, or the stores of `deno task dev`. */
import { devStores } from "../../shared/config/dev_stores.ts";
import { permissionFlags } from "../../shared/config/permissions.ts";
import { deadLettersSettings } from "./config.ts";

const { flags, environment } = devStores(deadLettersSettings, Deno.env.toObject());
console.log([...flags, ...permissionFlags(deadLettersSettings, environment)].join(" "));
