/**
 * The Universal Scalability Law: how many times one instance's rate N instances reach.
 *
 *     C(N) = N / (1 + contention (N - 1) + coherency N (N - 1))
 *
 * After N. J. Gunther, "Guerrilla Capacity Planning" (Springer 2007), chapter 4. `contention` is the share of the work that only one can do at a
 * time (with it alone the law is Amdahl's), `coherency` what every pair of instances costs to agree: it makes rates fall again.
 *
 * Fitted by least squares, with neither constant below 0. N / C(N) is linear in both, so that there is one best fit and no search for it.
 */

export interface ScalabilityLaw {
  readonly contention: number;
  readonly coherency: number;
}

/** What was measured: so many times one instance's rate. */
export interface SpeedUp {
  readonly instances: number;
  readonly times: number;
}

/** Between which laws the truth lies. Where two numbers of instances beyond one were measured, or more, both are the same. */
export interface FittedLaws {
  readonly favourable: ScalabilityLaw;
  readonly adverse: ScalabilityLaw;
}

/**
 * Fits the law. One number of instances beyond one leaves open which of the two costs what was lost: then all of it is contention in the
 * favourable law, and coherency in the adverse one.
 *
 * @param measured - at least one of more than one instance; of one alone nothing can be learnt.
 */
export function fitScalability(measured: readonly SpeedUp[]): FittedLaws {
  const points = measured.filter(({ instances }) => instances > 1);
  if (points.length === 0) throw new Error('the law needs a measurement of two instances or more: got none');
  const contended = points.map(({ instances }) => instances - 1);
  const shared = points.map(({ instances }) => instances * (instances - 1));
  const lost = points.map(({ instances, times }) => instances / times - 1);

  const contention = { contention: alone(contended, lost), coherency: 0 };
  const coherency = { contention: 0, coherency: alone(shared, lost) };
  if (new Set(contended).size === 1) return { favourable: contention, adverse: coherency };
  const best = together(contended, shared, lost);
  // Where a constant would be negative, the best without it: the squares rise the further, the more of it is taken.
  const law = best.contention < 0 ? coherency : best.coherency < 0 ? contention : best;
  return { favourable: law, adverse: law };
}

export function speedUp({ contention, coherency }: ScalabilityLaw, instances: number): number {
  const others = instances - 1;
  return instances / (1 + contention * others + coherency * instances * others);
}

/** Least squares of `y = factor x`, without a negative factor. */
function alone(x: readonly number[], y: readonly number[]): number {
  return Math.max(0, dot(x, y) / dot(x, x));
}

/** Least squares of `lost = contention contended + coherency shared`, by the normal equations. */
function together(
  contended: readonly number[],
  shared: readonly number[],
  lost: readonly number[],
): ScalabilityLaw {
  const [cc, cs, ss] = [dot(contended, contended), dot(contended, shared), dot(shared, shared)];
  const [cl, sl] = [dot(contended, lost), dot(shared, lost)];
  const determinant = cc * ss - cs * cs;
  return { contention: (cl * ss - sl * cs) / determinant, coherency: (sl * cc - cl * cs) / determinant };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
}
