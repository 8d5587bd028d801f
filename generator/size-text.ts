/** Numbers of bytes as the commands write them. */

/** `1 byte`, `32 bytes` */
export function bytesText(count: number): string {
  return `${count} ${count === 1 ? 'byte' : 'bytes'}`;
}

/** As `bytesText` up to ten thousand, then `57.7 kB` and `1.3 MB`. */
export function sizeText(count: number): string {
  if (count < 10_000) return bytesText(count);
  return count < 1e6 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}
