/** Protocol Buffers twice: protobufjs and @bufbuild/protobuf, their types made at the start. A date is a double, in milliseconds. */
import { create, createFileRegistry, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import protobuf from 'protobufjs';
import { type AnyContestant, anyContestant } from '../contestant.js';
import { type FieldKind, type Fields, fromPlain, type Kind, type Plain, toPlain } from '../kind.js';

const MESSAGE = 'Benched';

export function protobufjs<Value, Viewed extends Partial<Value>>({
  fields,
}: Kind<Value, Viewed>): AnyContestant<Value> {
  const type = protobuf.Root.fromJSON({ nested: protobufjsTypes(fields) }).lookupType(MESSAGE);
  type Native = protobuf.Message & Plain<Value>;
  return anyContestant<Value, Native, Uint8Array>({
    name: 'protobufjs',
    native: (value) => type.create(toPlain(fields, value)) as Native,
    value: (native) => fromPlain<Value>(fields, native),
    encode: (native) => type.encode(native).finish(),
    keep: (bytes) => Buffer.from(bytes),
    decode: (bytes) => type.decode(bytes) as Native,
    weigh: ({ length }) => length,
  });
}

export function bufbuild<Value, Viewed extends Partial<Value>>({
  fields,
}: Kind<Value, Viewed>): AnyContestant<Value> {
  const schema = createFileRegistry(fileOf(fields), () => undefined).getMessage(MESSAGE);
  if (schema === undefined) throw new Error(`@bufbuild/protobuf has no ${MESSAGE}`);
  type Native = Message & Plain<Value>;
  return anyContestant<Value, Native, Uint8Array>({
    name: '@bufbuild/protobuf',
    native: (value) => create(schema, toPlain(fields, value) as Record<string, unknown>) as Native,
    value: (native) => fromPlain<Value>(fields, native),
    encode: (native) => toBinary(schema, native),
    keep: (bytes) => bytes.slice(),
    decode: (bytes) => fromBinary(schema, bytes) as Native,
    weigh: ({ length }) => length,
  });
}

function protobufjsTypes(fields: Fields): Record<string, protobuf.AnyNestedObject> {
  const entries = Object.entries(fields);
  return {
    [MESSAGE]: {
      fields: Object.fromEntries(
        entries.map(([name, kind], i) => [name, { id: i + 1, type: protobufjsType(name, kind) }]),
      ),
    },
    ...Object.fromEntries(
      entries.flatMap(([name, kind]) =>
        typeof kind === 'string'
          ? []
          : [[enumName(name), { values: Object.fromEntries(kind.map((value, i) => [value, i])) }]],
      ),
    ),
  };
}

function protobufjsType(name: string, kind: FieldKind): string {
  if (typeof kind !== 'string') return enumName(name);
  return { u32: 'uint32', i32: 'sint32', f64: 'double', text: 'string', date: 'double' }[kind];
}

function fileOf(fields: Fields) {
  const entries = Object.entries(fields);
  return create(FileDescriptorProtoSchema, {
    name: 'benched.proto',
    syntax: 'proto3',
    messageType: [
      {
        name: MESSAGE,
        field: entries.map(([name, kind], i) => ({
          name,
          jsonName: name,
          number: i + 1,
          label: FieldDescriptorProto_Label.OPTIONAL,
          ...bufbuildType(name, kind),
        })),
      },
    ],
    enumType: entries.flatMap(([name, kind]) =>
      typeof kind === 'string'
        ? []
        : [{ name: enumName(name), value: kind.map((value, number) => ({ name: value, number })) }],
    ),
  });
}

function bufbuildType(name: string, kind: FieldKind) {
  const { UINT32, SINT32, DOUBLE, STRING, ENUM } = FieldDescriptorProto_Type;
  if (typeof kind !== 'string') return { type: ENUM, typeName: `.${enumName(name)}` };
  return { type: { u32: UINT32, i32: SINT32, f64: DOUBLE, text: STRING, date: DOUBLE }[kind] };
}

function enumName(field: string): string {
  return `${field[0]?.toUpperCase()}${field.slice(1)}`;
}
