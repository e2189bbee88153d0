/** Prints the permissions of the API for `deno run`: what its settings name, and nothing else. */
import { permissionFlags } from "../shared/config/permissions.ts";
import { apiSettings } from "./config.ts";

console.log(permissionFlags(apiSettings, Deno.env.toObject()).join(" "));
