// Keeps a page drawn: for print, and as its width changes.
/** Prints in light colours, with everything open. */
function preparePrint() {
  addEventListener('beforeprint', () => {
    document.documentElement.dataset.theme = 'light';
    document.querySelectorAll('details').forEach(details => { details.open = true; });
    redrawFigures();
  });
}

function followWidth() {
  let width = innerWidth;
  let timer;
  addEventListener('resize', () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(timer);
    timer = setTimeout(redrawFigures, 150);
  });
}
