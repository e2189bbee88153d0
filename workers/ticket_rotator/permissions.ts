/** Prints the permissions of the ticket rotator for `deno run`: what its settings name, and nothing else. */
import { permissionFlags } from "../../shared/config/permissions.ts";
import { rotatorSettings } from "./config.ts";

console.log(permissionFlags(rotatorSettings, Deno.env.toObject()).join(" "));
