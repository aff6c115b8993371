// Host and port, as Go's `net.JoinHostPort` writes them.

/** `127.0.0.1:8200`, `[::1]:8200` */
export function joinHostPort (host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
