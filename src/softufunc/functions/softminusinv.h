/* softminusinv(y) = y - log(1 - e^y)                                                          inverse: softminus
 *
 * Identity   -softplusinv(-y): sign flips are exact
 * Why not    y - log(1 - e^y), or log(e^y / (1 - e^y)): all digits are lost near y = -ln 2 and near 0
 * Special    +-0 -> +inf (divide), y > 0 -> nan (invalid), -inf -> -inf, nan -> nan
 * BOUND f64 0.678 at -0x1.62e430cb4af1fp-2
 *           got 0x1.c34364a0a462dp-1, want 0x1.c34364a0a462dad546e3p-1 (without FMA; 0.647 with it);
 *           1e7 points and a search from the worst of them, 2026-11-28:
 *           python -m tools accuracy softplusinv --isa avx2 baseline --points 1e7
 * BOUND f32 0.737 at -0x1.729804p-2
 *           got 0x1.a8f07ap-1, want 0x1.a8f07b7917a8bp-1;
 *           all inputs, 2026-11-26: python -m tools accuracy softplusinv --exhaustive --isa all
 */
FLIP(softminusinv, softplusinv, -1, -1)
