/**
 * The standard normal distribution. Φ: Hart 1968 as given by West, "Better approximations to cumulative normal functions",
 * Wilmott 2005 (absolute error below 1e-14). Φ⁻¹: Wichura, algorithm AS 241 PPND16, Applied Statistics 37 (1988)
 * (relative error about 1e-16); no iteration, so a quantile costs two polynomials.
 */

/** P(Z ≤ z). */
export function normalCdf(z: number): number {
  const x = Math.abs(z);
  let tail = 0;
  if (x < 7.07106781186547) {
    tail = (Math.exp(-0.5 * x * x) * hartNumerator(x)) / hartDenominator(x);
  } else if (x < 38) {
    const fraction = x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))));
    tail = Math.exp(-0.5 * x * x) / (fraction * 2.5066282746310002);
  }
  return z > 0 ? 1 - tail : tail;
}

/** The z with P(Z ≤ z) = p; −∞ at 0 and ∞ at 1. */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * centreNumerator(r)) / centreDenominator(r);
  }
  const tail = q < 0 ? p : 1 - p;
  if (tail <= 0) return q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-Math.log(tail));
  const z =
    r <= 5 ? middleNumerator(r - 1.6) / middleDenominator(r - 1.6) : tailNumerator(r - 5) / tailDenominator(r - 5);
  return q < 0 ? -z : z;
}

function hartNumerator(x: number): number {
  return (
    (((((0.0352624965998911 * x + 0.700383064443688) * x + 6.37396220353165) * x + 33.912866078383) * x +
      112.079291497871) *
      x +
      221.213596169931) *
      x +
    220.206867912376
  );
}

function hartDenominator(x: number): number {
  return (
    ((((((0.0883883476483184 * x + 1.75566716318264) * x + 16.064177579207) * x + 86.7807322029461) * x +
      296.564248779674) *
      x +
      637.333633378831) *
      x +
      793.826512519948) *
      x +
    440.413735824752
  );
}

function centreNumerator(r: number): number {
  return (
    ((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) * r +
      13731.69376550946) *
      r +
      1971.5909503065513) *
      r +
      133.14166789178438) *
      r +
    3.3871328727963665
  );
}

function centreDenominator(r: number): number {
  return (
    ((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) * r +
      5394.196021424751) *
      r +
      687.1870074920579) *
      r +
      42.31333070160091) *
      r +
    1.0
  );
}

function middleNumerator(r: number): number {
  return (
    ((((((0.0007745450142783414 * r + 0.022723844989269184) * r + 0.2417807251774506) * r + 1.2704582524523684) * r +
      3.6478483247632045) *
      r +
      5.769497221460691) *
      r +
      4.630337846156546) *
      r +
    1.4234371107496835
  );
}

function middleDenominator(r: number): number {
  return (
    ((((((1.0507500716444169e-9 * r + 0.0005475938084995345) * r + 0.015198666563616457) * r + 0.14810397642748008) *
      r +
      0.6897673349851) *
      r +
      1.6763848301838038) *
      r +
      2.053191626637759) *
      r +
    1.0
  );
}

function tailNumerator(r: number): number {
  return (
    ((((((2.0103343992922881e-7 * r + 2.7115555687434876e-5) * r + 0.0012426609473880784) * r + 0.026532189526576124) *
      r +
      0.29656057182850487) *
      r +
      1.7848265399172913) *
      r +
      5.463784911164114) *
      r +
    6.657904643501103
  );
}

function tailDenominator(r: number): number {
  return (
    ((((((2.0442631033899397e-15 * r + 1.421511758316446e-7) * r + 1.8463183175100548e-5) * r + 0.0007868691311456133) *
      r +
      0.014875361290850615) *
      r +
      0.1369298809227358) *
      r +
      0.599832206555888) *
      r +
    1.0
  );
}
