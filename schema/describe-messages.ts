/**
 * Options of messages to descriptors.
 */
import type { MessageDescriptor } from './descriptor.js';
import { ENVELOPE_FIELDS, type EnvelopeField } from './envelope.js';
import { type FaultList, quote, report, suggest } from './faults.js';

const OPTIONS: readonly string[] = ['validate', 'envelope', 'codecOnly'];
const SWITCHES = ['validate', 'codecOnly'] as const;

type DescribedOptions = Pick<MessageDescriptor, 'validate' | 'envelope' | 'codecOnly'>;

/** What the second argument of `message()` asks for: nothing is there that was not asked for. */
export function describeMessageOptions(
  options: unknown,
  path: readonly string[],
  faults: FaultList,
): DescribedOptions {
  if (typeof options !== 'object' || options === null) {
    report(
      faults,
      'SN1059',
      path,
      `a message's options must be an object: got ${quote(options)}`,
      'write message(schema, { validate: true }), or the schema alone',
    );
    return {};
  }
  for (const option of Object.keys(options)) {
    if (OPTIONS.includes(option)) continue;
    report(
      faults,
      'SN1058',
      [...path, option],
      `a message has no option '${option}'`,
      suggest(option, OPTIONS, 'its options'),
    );
  }
  const { validate, envelope, codecOnly } = options as {
    readonly [Name in keyof DescribedOptions]?: unknown;
  };
  for (const name of SWITCHES) {
    const value = (options as { readonly [name: string]: unknown })[name];
    if (value === undefined || typeof value === 'boolean') continue;
    report(
      faults,
      'SN1059',
      [...path, name],
      `${name} must be true or false: got ${quote(value)}`,
      `write ${name}: true, or leave it out`,
    );
  }
  const fields = envelope === undefined ? [] : describeEnvelope(envelope, [...path, 'envelope'], faults);
  return {
    ...(validate === true ? { validate } : {}),
    ...(fields.length > 0 ? { envelope: fields } : {}),
    ...(codecOnly === true ? { codecOnly } : {}),
  };
}

/** The fields of the envelope, each once, whatever the order they are asked for. */
function describeEnvelope(
  wanted: unknown,
  path: readonly string[],
  faults: FaultList,
): readonly EnvelopeField[] {
  const known: readonly unknown[] = ENVELOPE_FIELDS;
  const wrong = Array.isArray(wanted) ? wanted.filter((name) => !known.includes(name)) : [wanted];
  if (wrong.length === 0)
    return ENVELOPE_FIELDS.filter((name) => (wanted as readonly unknown[]).includes(name));
  const names = ENVELOPE_FIELDS.map((name) => `'${name}'`).join(', ');
  report(
    faults,
    'SN1059',
    path,
    `an envelope is a list of ${names}: got ${quote(Array.isArray(wanted) ? wrong[0] : wanted)}`,
    "write envelope: ['id', 'timestamp'], with what readers of the message need",
  );
  return [];
}
