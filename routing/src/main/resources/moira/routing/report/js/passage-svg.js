// The passages as a picture: a grid of characters, each token a box of its expert's colour.
const CELL = { width: 7.2, height: 18, columns: 92 };
const escapeXml = text => text.replace(/[&<>"]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');

function passagesSvg() {
  const shown = DATA.passages.filter(passage => !passage.card.hidden);
  const parts = [];
  let row = 1;
  parts.push(textAt(0, row, `Tokens by first expert, layer ${LAYERS[passageState.layer]}`, 'bold'));
  row += 1;
  for (let e = 0; e < Math.min(E, 20); e++) parts.push(boxAt(e * 4, row, 3, expertColour(e)), textAt(e * 4 + 1, row, String(e)));
  row += 2;
  for (const passage of shown) {
    parts.push(textAt(0, row, passage.domain, 'bold'));
    row = layOut(passage, row + 1, parts) + 2;
  }
  const width = CELL.columns * CELL.width + 20;
  const height = row * CELL.height + 10;
  return { width, height, text: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`
    + `<rect width="100%" height="100%" fill="#fff"/><g font-family="Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="12" fill="#16181b">${parts.join('')}</g></svg>` };
}

/** Writes a passage from a row on, and returns its last row. */
function layOut(passage, row, parts) {
  let column = 0;
  passage.texts.forEach((text, i) => {
    const [first] = expertsOf(passage, passageState.layer, i);
    const lines = (i === 0 ? text.trimStart() : text).replaceAll('\t', '    ').split('\n');
    lines.forEach((line, n) => {
      const shown = [...line, ...n < lines.length - 1 ? ['⏎'] : []];
      while (shown.length > 0) {
        if (column >= CELL.columns) { row += 1; column = 0; }
        const run = shown.splice(0, CELL.columns - column);
        if (first >= 0) parts.push(boxAt(column, row, run.length, expertColour(first)));
        parts.push(textAt(column, row, run.join('')));
        column += run.length;
      }
      if (n < lines.length - 1) { row += 1; column = 0; }
    });
  });
  return row;
}

function boxAt(column, row, length, colour) {
  return `<rect x="${10 + column * CELL.width}" y="${row * CELL.height - 13}" width="${length * CELL.width}" height="${CELL.height - 1}" fill="${colour}"/>`;
}

function textAt(column, row, text, weight = 'normal') {
  return text.trim() === '' ? '' : `<text xml:space="preserve" x="${10 + column * CELL.width}" y="${row * CELL.height}" font-weight="${weight}" textLength="${[...text].length * CELL.width}" lengthAdjust="spacingAndGlyphs">${escapeXml(text)}</text>`;
}

async function passagesPng() {
  const { width, height, text } = passagesSvg();
  const image = new Image(width, height);
  image.src = svgUrl(text);
  await image.decode();
  const scale = Math.min(3, 16000 / height);
  const canvas = element('canvas', { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png');
}
