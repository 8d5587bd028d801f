/**
 * Hex: bytes as digits, two in lower case for each.
 */

/** The two digits of each byte. */
export const byteTexts: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** The value of a digit in lower case; -1 where it is none. */
export function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}
