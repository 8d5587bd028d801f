import type { CustomRoute } from 'sn-gen/runtime';
import type { OrderInput, Parcel } from './generated/index.js';

export const byVenue: CustomRoute<OrderInput> = ({ venue = 'XNYS' }, instances) =>
  venue.charCodeAt(1) % instances;

/** The heavy ones to the last. */
export default function byWeight({ weight }: Parcel, instances: number): number {
  return weight > 10 ? instances - 1 : 0;
}
