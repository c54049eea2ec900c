import type { BulkConnection, BulkSource } from './bulk-source.ts';

/** One source for all addresses: `s3://` goes to S3, everything else over HTTP. */
export function joinBulkSources({ http, s3 }: { http: BulkSource; s3: BulkSource }): BulkSource {
  return {
    open(access) {
      const web = http.open(access);
      const buckets = s3.open(access);
      const toConnection = (url: string): BulkConnection => (/^s3:/i.test(url) ? buckets : web);
      return {
        list: (url, options) => toConnection(url).list(url, options),
        getMd5: (file, options) => toConnection(file.url).getMd5(file, options),
        download: (file, request, options) => toConnection(file.url).download(file, request, options),
        [Symbol.dispose]() {
          web[Symbol.dispose]();
          buckets[Symbol.dispose]();
        },
      };
    },
  };
}
