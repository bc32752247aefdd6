/* softminusinv(y) = y - log(1 - e^y)                                                          inverse: softminus
 *
 * Identity   -softplusinv(-y): sign flips are exact
 * Why not    y - log(1 - e^y), or log(e^y / (1 - e^y)): all digits are lost near y = -ln 2 and near 0
 * Special    +-0 -> +inf (divide), y > 0 -> nan (invalid), -inf -> -inf, nan -> nan
 * BOUND f64 0.629 at -0x1.10e4874533604p-1
 *           got 0x1.675ce90e5c008p-2, want 0x1.675ce90e5c008a0cba67p-2 (without FMA; 0.627 with it);
 *           1e7 points of each of the seeds 1 to 3 and a search from the worst of them, 2026-11-28:
 *           python -m tools accuracy softplusinv --isa avx2 baseline --points 1e7 --seed 3
 * BOUND f32 0.737 at -0x1.729804p-2
 *           got 0x1.a8f07ap-1, want 0x1.a8f07b7917a8bp-1;
 *           all inputs, 2026-11-26: python -m tools accuracy softplusinv --exhaustive --isa all
 */
FLIP(softminusinv, softplusinv, -1, -1)
