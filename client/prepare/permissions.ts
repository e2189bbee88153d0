/** Prints the permissions of `deno task prepare` for `deno run`: what its settings name, or the stores of `deno task dev`. */
import { devStores } from "../../shared/config/dev_stores.ts";
import { permissionFlags } from "../../shared/config/permissions.ts";
import { prepareSettings } from "./config.ts";

const { flags, environment } = devStores(prepareSettings, Deno.env.toObject());
console.log([...flags, ...permissionFlags(prepareSettings, environment)].join(" "));
