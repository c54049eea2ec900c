/** A column of a binary COPY: `null` is a SQL null whatever the type. */
export type CopyType = 'text' | 'int4' | 'int8' | 'int4[]' | 'bytea' | 'timestamptz' | 'bool';
export type CopyValue = string | number | boolean | Uint8Array | Int32Array | null;

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** PostgreSQL counts timestamps in microseconds from 2000-01-01 UTC. */
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);
/** Bytes before the first element of an array, and the type of its elements in `pg_type`. */
const ARRAY_HEAD = 20;
const INT4_OID = 23;

/** Both pools know a COPY by its first words, and take its body as the one parameter. */
export function isCopy(sql: string): boolean {
  return sql.startsWith('copy ');
}

/**
 * Rows in PostgreSQL's binary COPY format (https://www.postgresql.org/docs/current/sql-copy.html, "Binary
 * Format"). Five to ten times cheaper than parameters for large rows, and bytes need no hex form.
 */
export function toBinaryCopy(types: readonly CopyType[], rows: readonly (readonly CopyValue[])[]): Buffer {
  const writer = new CopyWriter(rows.reduce((size, row) => size + estimateSize(row), SIGNATURE.length + 2));
  writer.bytes(SIGNATURE);
  for (const row of rows) {
    writer.int16(types.length);
    types.forEach((type, column) => {
      writeValue(writer, type, row[column] ?? null);
    });
  }
  writer.int16(-1);
  return writer.finish();
}

function estimateSize(row: readonly CopyValue[]): number {
  let size = 2;
  for (const value of row) {
    size += 4;
    if (typeof value === 'string') size += value.length * 3;
    else if (value instanceof Uint8Array) size += value.length;
    else size += value instanceof Int32Array ? ARRAY_HEAD + value.length * 8 : 8;
  }
  return size;
}

function writeValue(writer: CopyWriter, type: CopyType, value: CopyValue): void {
  if (value === null) writer.int32(-1);
  else if (type === 'text') writer.text(String(value));
  else if (type === 'bytea')
    writer.sized(value as Uint8Array); // the row builder gives bytes for bytea alone
  else if (type === 'int4[]')
    writer.int4s(value as Int32Array); // and these for int4[] alone
  else if (type === 'int4') writer.int4(Number(value));
  else if (type === 'int8') writer.int8(BigInt(Number(value)));
  else if (type === 'bool') writer.bool(Boolean(value));
  else writer.int8(BigInt(Date.parse(String(value)) - POSTGRES_EPOCH_MS) * 1000n);
}

class CopyWriter {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafeSlow(capacity);
  }

  bytes(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  sized(bytes: Uint8Array): void {
    this.int32(bytes.length);
    this.bytes(bytes);
  }

  text(text: string): void {
    const length = this.#buffer.write(text, this.#at + 4, 'utf8');
    this.int32(length);
    this.#at += length;
  }

  int16(value: number): void {
    this.#at = this.#buffer.writeInt16BE(value, this.#at);
  }

  int32(value: number): void {
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
  }

  int4(value: number): void {
    this.int32(4);
    this.int32(value);
  }

  /** One dimension, no nulls, counted from 1: `array_send` in PostgreSQL's `arrayfuncs.c`. */
  int4s(values: Int32Array): void {
    const isEmpty = values.length === 0;
    this.int32(isEmpty ? 12 : ARRAY_HEAD + values.length * 8);
    for (const one of [isEmpty ? 0 : 1, 0, INT4_OID]) this.int32(one);
    if (isEmpty) return;
    this.int32(values.length);
    this.int32(1);
    for (const one of values) this.int4(one);
  }

  int8(value: bigint): void {
    this.int32(8);
    this.#at = this.#buffer.writeBigInt64BE(value, this.#at);
  }

  bool(value: boolean): void {
    this.int32(1);
    this.#at = this.#buffer.writeUInt8(value ? 1 : 0, this.#at);
  }

  finish(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }
}
