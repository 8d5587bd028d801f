/**
 * Barrel: `generated/index.ts`, which re-exports by name what users import.
 */
import type { TopologyPlan } from '../schema/plan.js';
import { byName } from './imports.js';
import { modelMessages, typesIn } from './message-model.js';
import { capitalised } from './names.js';
import { line } from './text.js';

export function emitIndex(plan: TopologyPlan): string {
  const files = [
    ...plan.workers.map(({ name }) => {
      const type = capitalised(name);
      return { module: name, items: [`define${type}`, `type ${type}Context`, `type ${type}Handlers`] };
    }),
    {
      module: 'messages',
      items: modelMessages(plan).messages.flatMap((model) => [
        ...typesIn(model).map((name) => `type ${name}`),
        `${model.message.name}View`,
        `${model.message.name}Writer`,
        ...(model.message.envelope === undefined
          ? []
          : [`type ${model.message.name}Envelope`, `type ${model.message.name}EnvelopeView`]),
        model.codec,
      ]),
    },
    { module: 'pool', items: ['createPool', 'type Pool', 'type PoolOptions'] },
  ];
  return files
    .sort((a, b) => (a.module < b.module ? -1 : 1))
    .map(({ module, items }) =>
      line(
        0,
        'export ',
        { open: '{', items: [...items].sort(byName), close: '}' },
        ` from './${module}.js';`,
      ),
    )
    .join('\n');
}
