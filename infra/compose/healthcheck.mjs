// Ends with 0 when the service of this container is ready. The image has no curl.
const url = `http://127.0.0.1:${process.env.HTTP_PORT}/health/ready`;
const ready = await fetch(url, { signal: AbortSignal.timeout(4_000) }).then(
  (response) => response.ok,
  () => false,
);
process.exit(ready ? 0 : 1);
