import type { CallOptions } from '../../domain/call-options.ts';

export interface BulkFile {
  name: string;
  url: string;
}

/** Where connections may lead, redirects included. */
export interface BulkAccess {
  /**
   * Each as a URL's `host`: `ftp.ncbi.nlm.nih.gov`, with `:port` where that is not the protocol's own; of an
   * `s3://` address its bucket.
   */
  hosts: readonly string[];
  /**
   * Those of them that may lie on a private network, because whoever runs this process named them outright.
   */
  privateHosts: readonly string[];
}

export interface DownloadRequest {
  /** In hexadecimal, as `getMd5` told it. */
  md5: string;
  /** Where the file goes under its own name; a part of it that is there is continued. */
  folder: string;
  onProgress: (fraction: number) => void;
}

/**
 * Folders of bulk files in NLM's layout: an index page (or the listing of a bucket), and beside each
 * file its `.md5`.
 */
export interface BulkSource {
  open(access: BulkAccess): BulkConnection;
}

/**
 * Failures that pass are outlasted; what is thrown names the file or folder. A target outside the access is
 * `VALIDATION`.
 */
export interface BulkConnection extends Disposable {
  /**
   * The .xml and .xml.gz files of a folder, in the order in which they apply; a file's own URL
   * lists that file.
   */
  list(url: string, options: CallOptions): Promise<BulkFile[]>;
  getMd5(file: BulkFile, options: CallOptions): Promise<string>;
  /** Resolves to the path of the whole file, checked against the md5. */
  download(file: BulkFile, request: DownloadRequest, options: CallOptions): Promise<string>;
}
