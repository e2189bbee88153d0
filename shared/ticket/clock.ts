/**
 * How far Redis's clock may step back before it is taken for another clock. Up to that the tickets of that time serve
 * again; beyond it the guard opens a new epoch. The newest ticket opens up to one interval ahead of the present, so no
 * interval may be longer, or every look would take a healthy clock for one that has stepped back.
 */
export const CLOCK_STEP_BACK_MS_MAX = 60_000;
