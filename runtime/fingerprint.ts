/** Fingerprint: 16 hex digits, as the 8 bytes that stand at the head of a shared region. */

export function writeFingerprint(words: DataView, offsetBytes: number, fingerprint: string): void {
  words.setBigUint64(offsetBytes, BigInt(`0x${fingerprint}`), true);
}

export function readFingerprint(words: DataView, offsetBytes: number): string {
  return words.getBigUint64(offsetBytes, true).toString(16).padStart(16, '0');
}
