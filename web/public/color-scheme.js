// Runs before the first paint, so that a dark page never flashes white. A file and not inline
// because the content security policy allows no inline script.
(() => {
  const chosen = localStorage.getItem('porthole-color-scheme');
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
