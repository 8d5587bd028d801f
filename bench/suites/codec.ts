/** Codec: one message encoded, decoded and viewed, each subject in a process of its own, beside JSON and v8.serialize. */
import { execFileSync } from 'node:child_process';
import { buildProgram } from '../build.js';
import { rowOf } from '../statistics.js';
import type { Suite } from '../suite.js';

const ROUNDS = 7;
const MESSAGES = ['numbers', 'trade'] as const;
const SUBJECTS = [
  'sn-gen encode',
  'sn-gen decode',
  'sn-gen view, two fields',
  'JSON.stringify',
  'JSON.parse',
  'v8.serialize',
  'v8.deserialize',
] as const;

export type CodecMessage = (typeof MESSAGES)[number];
export type CodecSubject = (typeof SUBJECTS)[number];

export const codec: Suite = async (wanted) => {
  const program = await buildProgram('codec', 'orders', 'quotes');
  const cases = MESSAGES.flatMap((message) =>
    SUBJECTS.map((subject) => ({ name: `${message}: ${subject}`, message, subject })),
  ).filter(({ name }) => wanted(name));
  const samples = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const { name, message, subject } of cases)
      samples.get(name)?.push(Number(execFileSync(process.execPath, [program, message, subject])));
  return [...samples].map(([name, values]) => rowOf(name, 'ns', values));
};
