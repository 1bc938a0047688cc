// One image with all that is known of it.

const LONG_PROMPT = 160;

class Detail {
  /** `go` is called with the image to show next, or null to close. */
  constructor(dialog, go) {
    this.dialog = dialog;
    this.go = go;
    this.previous = button('Previous image', 'M12 4 6 10l6 6', () => this.step(-1));
    this.next = button('Next image', 'm8 4 6 6-6 6', () => this.step(1));
    this.place = element('p', { role: 'status' });
    const close = button('Close', 'm5 5 10 10M15 5 5 15', () => go(null));
    close.classList.add('close');
    this.mat = element('div', { class: 'mat' });
    this.words = element('div', { class: 'words', tabindex: '0', 'aria-label': 'Recipe', role: 'region' });
    dialog.append(this.mat, element('div', { class: 'card' },
      element('nav', { 'aria-label': 'Images' }, this.previous, this.place, this.next, close), this.words));
    dialog.addEventListener('cancel', event => {
      event.preventDefault();
      go(null);
    });
    dialog.addEventListener('keydown', event => this.key(event));
  }

  /** Shows the image as one of `list`, through which the arrows go. */
  show(image, list) {
    this.image = image;
    this.list = list;
    const at = list.indexOf(image);
    this.place.textContent = at < 0 ? '' : `${counted.format(at + 1)} of ${counted.format(list.length)}`;
    this.previous.setAttribute('aria-disabled', at <= 0);
    this.next.setAttribute('aria-disabled', at < 0 || at === list.length - 1);
    const size = sizeOf(image) ? { width: image.width, height: image.height } : {};
    this.mat.replaceChildren(element('a', { href: urlOf(image), target: '_blank', rel: 'noopener', tabindex: '-1' },
      framed(image, size)));
    this.words.replaceChildren(...this.recipe(image));
    this.words.scrollTop = 0;
    if (!this.dialog.open) {
      this.dialog.showModal();
      this.next.focus();
    }
    this.dialog.scrollTop = 0;
    for (const neighbour of [list[at + 1], list[at - 1]]) {
      if (at >= 0 && neighbour) new Image().src = urlOf(neighbour);
    }
  }

  close() {
    if (this.dialog.open) this.dialog.close();
    this.mat.replaceChildren();
    this.image = null;
  }

  step(by) {
    const image = this.list[this.list.indexOf(this.image) + by];
    if (image && this.list.includes(this.image)) this.go(image);
  }

  recipe(image) {
    const parts = [heading(image)];
    const negatives = negativesOf(image);
    if (negatives.length && negatives.length < image.prompts.length) {
      parts.push(element('ul', { class: 'negatives', role: 'list', 'aria-label': 'Negative prompts' },
        ...negatives.map(prompt => element('li', {}, prompt[0], ...weight(prompt, -1)))));
    }
    if (image.note) parts.push(element('p', { class: 'note' }, image.note));
    parts.push(facts(image));
    if (image.command) {
      this.code = element('pre', { tabindex: '0', 'aria-label': 'Command' }, ...optionsApart(image.command));
      this.copier = element('button', { type: 'button', 'aria-keyshortcuts': 'c' }, 'Copy command');
      this.copier.addEventListener('click', () => this.copy());
      parts.push(element('div', { class: 'command' }, this.code, this.copier,
        this.told = element('span', { role: 'status', class: 'skip' })));
    }
    return parts;
  }

  async copy() {
    const { image, copier, told } = this;
    if (!image?.command) return;
    const copied = await copyText(image.command, this.dialog);
    if (!copied) getSelection().selectAllChildren(this.code);
    copier.textContent = told.textContent = copied ? 'Copied' : 'Selected: press Ctrl+C or ⌘C';
    clearTimeout(this.reset);
    this.reset = setTimeout(() => { copier.textContent = 'Copy command'; }, copied ? 1600 : 6000);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1), c: () => this.copy() }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}

/** The prompts, or where there are none, the file's name. */
function heading(image) {
  const positives = positivesOf(image);
  const shown = positives.length ? positives : image.prompts;
  const node = element('h2', { id: 'detail-prompt' });
  if (!shown.length) node.append(nameOf(image));
  node.append(...shown.map(prompt => element('span', {}, prompt[0], ...weight(prompt, 1))));
  node.classList.toggle('long', titleOf(image).length > LONG_PROMPT);
  return node;
}

function weight([, number], usual) {
  return number === usual ? [] : [element('span', { class: 'weight' }, `weight ${number}`)];
}

function facts(image) {
  const list = element('dl', { class: 'facts-list' });
  const add = (name, ...value) => list.append(element('div', {}, element('dt', {}, name), element('dd', {}, ...value)));
  if (image.model) add('model', image.model);
  if (image.family) add('family', image.family);
  if (image.seed !== undefined) add('seed', String(image.seed));
  for (const [name, value] of image.parameters) add(name, value);
  if (sizeOf(image)) add('size', sizeOf(image));
  if (image.time !== undefined) {
    const time = new Date(image.time);
    add('made', element('time', { datetime: time.toISOString(), title: time.toISOString() }, moment.format(time)));
  }
  add('file', element('a', { href: urlOf(image), target: '_blank', rel: 'noopener' }, image.path), `, ${fileSize(image.bytes)}`);
  return list;
}

/** A line breaks before an option, not behind its dashes. */
function optionsApart(command) {
  return command.split(/(?<=\s)(--[a-z-]{1,40})(?=\s)/).map((part, i) => (i % 2 ? element('span', {}, part) : part));
}

/** Through the clipboard, or where a page on disk has none, through a selection. */
async function copyText(text, place) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const focused = document.activeElement;
    const area = element('textarea', { readonly: true, class: 'skip', 'aria-hidden': 'true' });
    area.value = text;
    place.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    focused?.focus();
    return copied;
  }
}

function button(label, path, action) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  line.setAttribute('class', 'stroke');
  svg.append(line);
  const node = element('button', { type: 'button', class: 'round', 'aria-label': label, title: label }, svg);
  node.addEventListener('click', action);
  return node;
}
