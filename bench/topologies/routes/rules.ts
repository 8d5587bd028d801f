import type { CustomRoute } from 'sn-gen/runtime';
import type { ByRule } from './generated/index.js';

export const byPrice: CustomRoute<ByRule> = ({ price }, instances) => price % instances;
