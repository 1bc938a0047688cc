// The grids that were found: a list of them, and one at a time.

const PORTION = 24;

class Grids {
  /** `hrefOf` gives the link to an image, `gridHref` that to a grid; `open` and `openGrid` follow them. */
  constructor(place, links) {
    this.place = place;
    Object.assign(this, links);
    this.found = null;
    place.addEventListener('click', event => {
      const link = event.target.closest('a');
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (link.grid !== undefined) this.openGrid(link.grid);
      else this.open(link.image);
    });
    place.addEventListener('keydown', event => this.move(event));
  }

  /** Looks for the grids when the page has nothing else to do; `done` is called with their number. */
  search(done) {
    const steps = findGrids();
    const idle = window.requestIdleCallback ?? (work => setTimeout(() => work({ timeRemaining: () => 8 })));
    const work = deadline => {
      let step;
      do step = steps.next(); while (!step.done && deadline.timeRemaining() > 4);
      if (!step.done) {
        idle(work, { timeout: 200 });
        return;
      }
      this.found = step.value;
      done(this.found.length);
    };
    idle(work, { timeout: 200 });
  }

  /** A grid is known by an image in it and the names of its axes: that holds when images are added. */
  find(id) {
    return this.found?.find(grid => grid.axes.map(({ name }) => name).sort().join() === [...id.axes].sort().join()
      && grid.images.some(({ path }) => path === id.path));
  }

  idOf(grid, axes = grid.axes.map(({ name }) => name)) {
    return { path: grid.images[0].path, axes };
  }

  /** The list, of those with an image among `shown`; more of it when its end comes near. Returns how many there are. */
  showList(shown) {
    const wanted = new Set(shown);
    const list = this.found.filter(grid => grid.images.some(image => wanted.has(image)));
    const items = element('ul', { class: 'grid-list', role: 'list' });
    const end = element('div', {});
    let drawn = 0;
    const more = () => {
      items.append(...list.slice(drawn, drawn += PORTION).map(grid => this.card(grid)));
      if (drawn >= list.length) watch.disconnect();
    };
    const watch = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      more();
      // Said anew, for an end that is still near is no news.
      watch.unobserve(end);
      if (drawn < list.length) watch.observe(end);
    }, { rootMargin: '800px' });
    more();
    this.place.replaceChildren(items, end);
    if (drawn < list.length) watch.observe(end);
    return list.length;
  }

  card(grid) {
    const lengths = grid.axes.map(({ values }) => values.length).reverse();
    const count = plural(grid.images.length, 'image');
    const link = element('a', { href: this.gridHref(this.idOf(grid)) },
      preview(grid),
      element('h3', {}, ...axesOf(grid)),
      element('p', {}, lengths.length === 1 ? count : `${lengths.join(' × ')}, ${count}`),
      element('p', { class: 'prompt' }, titleOf(grid.images[0])));
    link.grid = this.idOf(grid);
    return element('li', {}, link);
  }

  /** One grid, and the order in which its images follow each other. */
  show(grid, id) {
    const flipped = grid.axes.length === 2 && grid.axes[0].name !== id.axes[0];
    const cellAt = (down, across) => grid.cells.get(flipped ? `${across},${down}` : `${down},${across}`);
    const axes = flipped ? [...grid.axes].reverse() : grid.axes;
    const back = element('button', { type: 'button', class: 'plain' }, 'All grids');
    back.addEventListener('click', () => this.openGrid(null));
    const head = element('div', { class: 'grid-head' },
      element('div', {}, element('h2', {}, ...axesOf({ axes })),
        element('p', {}, grid.axes.some(({ name }) => name === 'prompt') ? 'Otherwise the same.' : titleOf(grid.images[0]))),
      back);
    if (axes.length === 2) {
      const swap = element('button', { type: 'button', class: 'plain' }, 'Swap axes');
      swap.addEventListener('click', () => this.openGrid(this.idOf(grid, [axes[1].name, axes[0].name])));
      head.append(swap);
    }
    this.place.replaceChildren(head, axes.length === 2 ? this.table(axes, cellAt) : this.line(grid));
    const first = this.place.querySelector('.cell');
    if (first) first.tabIndex = 0;
    this.place.style.setProperty('--aspect', shapeOf(grid.images[0]));
    return [...this.place.querySelectorAll('.cell')].flatMap(cell => cell.images);
  }

  table([down, across], cellAt) {
    const head = element('tr', {},
      element('td', {}, element('span', { class: 'axis' }, `${across.name}\u00a0→`), element('span', { class: 'axis' }, `${down.name}\u00a0↓`)),
      ...across.values.map(({ label }) => element('th', { scope: 'col' }, element('span', { title: label }, label))));
    const rows = down.values.map(({ label }, y) => element('tr', {},
      element('th', { scope: 'row' }, element('span', { title: label }, label)),
      ...across.values.map((value, x) => element('td', {}, this.cell(cellAt(y, x), [label, value.label])))));
    return element('div', { class: 'plot' },
      element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows)));
  }

  line(grid) {
    return element('ul', { class: 'line', role: 'list' }, ...grid.axes[0].values.map(({ label }, i) =>
      element('li', {}, element('span', { title: label }, label), this.cell(grid.cells.get(String(i)), [label]))));
  }

  cell(cell, labels) {
    if (!cell) return element('span', { class: 'empty' }, 'no image');
    const several = cell.length > 1;
    const link = element('a', {
      class: 'cell',
      href: this.hrefOf(cell[0]),
      tabindex: -1,
      'aria-label': labels.join(', ') + (several ? `, ${plural(cell.length, 'image')}` : ''),
    }, framed(cell[0], { loading: 'lazy', alt: '' }));
    if (several) link.append(element('span', { class: 'several' }, `× ${counted.format(cell.length)}`));
    link.image = cell[0];
    link.images = cell;
    return link;
  }

  focus(image) {
    const links = [...this.place.querySelectorAll('a')];
    (links.find(link => image && link.images?.includes(image)) ?? links[0])?.focus();
  }

  /** The nearest cell in the direction of the key; rows and columns have gaps, so geometry decides. */
  move(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const here = event.target.closest('a');
    if (!way || !here || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const centre = link => {
      const box = link.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const [x, y] = centre(here);
    let best = null;
    let least = Infinity;
    for (const link of this.place.querySelectorAll('a')) {
      const [dx, dy] = centre(link).map((value, i) => value - [x, y][i]);
      const along = dx * way[0] + dy * way[1];
      const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      if (along > 5 && aside < along && along + aside * 3 < least) {
        least = along + aside * 3;
        best = link;
      }
    }
    if (!best) return;
    if (here.images) {
      here.tabIndex = -1;
      best.tabIndex = 0;
    }
    best.focus();
  }
}

function axesOf({ axes }) {
  return axes.length === 1 ? [axes[0].name] : [axes[1].name, element('i', {}, ' × '), axes[0].name];
}

/** The grid's upper left corner, small. */
function preview(grid) {
  const columns = Math.min(4, grid.axes.at(-1).values.length);
  const rows = grid.axes.length === 2 ? Math.min(3, grid.axes[0].values.length) : 1;
  const node = element('span', { class: 'preview' });
  node.style.gridTemplateColumns = `repeat(${columns}, 1fr)`;
  node.style.gridTemplateRows = `repeat(${rows}, 1fr)`;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const cell = grid.cells.get(grid.axes.length === 2 ? `${y},${x}` : String(x));
      node.append(cell ? framed(cell[0], { loading: 'lazy', alt: '' }) : element('span', { class: 'empty' }));
    }
  }
  return node;
}
