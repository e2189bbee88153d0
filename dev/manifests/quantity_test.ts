import { assertEquals } from "@std/assert";
import { parseQuantity } from "./quantity.ts";

Deno.test("parseQuantity() reads what Kubernetes writes", () => {
  assertEquals(["500m", "2", 2, "1.5", "64Mi", "1Gi", "1k"].map(parseQuantity), [
    ...[0.5, 2, 2, 1.5],
    ...[64 * 2 ** 20, 2 ** 30, 1000],
  ]);
});

Deno.test("parseQuantity() takes nothing else for a quantity", () => {
  for (const text of ["", "Mi", "1 Gi", "1GB", "-1", "1e3", "many"]) assertEquals(parseQuantity(text), NaN);
});
