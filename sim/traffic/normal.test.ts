import { expect, it } from 'vitest';
import { normalCdf, normalQuantile } from './normal.js';

// References: mpmath ncdf with 30 digits; scipy.special.ndtri.
it.each([
  [-10, 7.619853024160525e-24],
  [-7.5, 3.1908916729108963e-14],
  [-7, 1.279812543885835e-12],
  [-5, 2.866515718791939e-7],
  [-3, 0.0013498980316300946],
  [-1.5, 0.06680720126885807],
  [-0.3, 0.3820885778110474],
  [0, 0.5],
  [0.7, 0.758036347776927],
  [1.2758293, 0.8989920661696563],
  [2, 0.9772498680518208],
  [4, 0.9999683287581669],
  [8, 0.9999999999999993],
])('P(Z ≤ %d)', (z, p) => {
  expect(Math.abs(normalCdf(z) - p)).toBeLessThan(1e-14);
  expect(Math.abs(normalCdf(z) / p - 1)).toBeLessThan(1e-6);
});

it.each([
  [1e-300, -37.0470962993612],
  [1e-20, -9.262340089798409],
  [1e-10, -6.361340902404056],
  [1e-5, -4.264890793922825],
  [0.001, -3.090232306167813],
  [0.02425, -1.972961051311885],
  [0.07, -1.4757910281791706],
  [0.08, -1.4050715603096329],
  [0.3, -0.5244005127080409],
  [0.5, 0],
  [0.6, 0.2533471031357997],
  [0.925, 1.4395314709384563],
  [0.99, 2.3263478740408408],
  [0.999999, 4.753424308817087],
])('the quantile of %d', (p, z) => {
  expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(1e-14 * Math.max(1, Math.abs(z)) + (p > 0.99 ? 1e-11 : 0));
});

it('has its ends at infinity', () => {
  expect([normalQuantile(0), normalQuantile(1), normalCdf(-50), normalCdf(50)]).toEqual([-Infinity, Infinity, 0, 1]);
});
