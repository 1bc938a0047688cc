// The wall: rows of images that fill the width, each as wide as its own shape wants. Only those near
// the window are in the document, so that ten thousand are as quick as ten.

const GAP = 16;
const CAPTION = 52;
const ROW_GAP = 20;

class Wall {
  /** `hrefOf` gives the link that opens an image, `open` opens it. */
  constructor(list, hrefOf, open) {
    this.list = list;
    this.hrefOf = hrefOf;
    this.images = [];
    this.places = [];
    this.rows = [];
    this.tiles = new Map();
    this.active = 0;
    let waiting = false;
    const later = () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        this.render();
      });
    };
    addEventListener('scroll', later, { passive: true });
    addEventListener('resize', later, { passive: true });
    new ResizeObserver(() => {
      if (list.clientWidth && list.clientWidth !== this.width) {
        this.layout();
        this.render();
      }
    }).observe(list);
    list.addEventListener('click', event => {
      const tile = event.target.closest('.tile');
      if (!tile || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.active = Number(tile.dataset.index);
      open(this.images[this.active]);
    });
    list.addEventListener('keydown', event => this.move(event));
  }

  show(images) {
    if (this.images.length === images.length && images.every((image, i) => image === this.images[i])) {
      for (const [index, tile] of this.tiles) tile.firstChild.href = this.hrefOf(images[index]);
      return;
    }
    this.images = images;
    this.active = 0;
    for (const tile of this.tiles.values()) tile.remove();
    this.tiles.clear();
    this.layout();
    this.render();
  }

  /** Where each image goes: as many in a row as bring it near the wanted height, then the row fills the width. */
  layout() {
    const width = this.width = this.list.clientWidth;
    const high = width < 560 ? 160 : width < 1000 ? 210 : 240;
    this.places = [];
    this.rows = [];
    let top = 0;
    let start = 0;
    let shapes = 0;
    const close = (end, height) => {
      let left = 0;
      for (let i = start; i < end; i++) {
        const wide = shapeOf(this.images[i]) * height;
        this.places.push({ left, top, width: wide, height, row: this.rows.length });
        left += wide + GAP;
      }
      this.rows.push({ top, start, end, bottom: top + height + CAPTION });
      top += height + CAPTION + ROW_GAP;
      start = end;
      shapes = 0;
    };
    this.images.forEach((image, i) => {
      const shape = shapeOf(image);
      const height = (width - GAP * (i - start)) / (shapes + shape);
      const without = (width - GAP * (i - start - 1)) / shapes;
      // Full with it, and nearer to the wanted height without it.
      if (height <= high && without / high < Math.min(high / height, 1.4)) close(i, without);
      shapes += shape;
      if ((width - GAP * (i - start)) / shapes <= high) close(i + 1, (width - GAP * (i - start)) / shapes);
    });
    if (start < this.images.length) {
      close(this.images.length, Math.min(high, (width - GAP * (this.images.length - 1 - start)) / shapes));
    }
    this.list.style.height = `${Math.max(0, top - ROW_GAP)}px`;
    for (const [index, tile] of this.tiles) this.place(tile, index);
  }

  /** Puts the tiles near the window into the document and takes the others out. */
  render() {
    if (this.list.hidden) return;
    const above = this.list.getBoundingClientRect().top;
    const first = this.rowAt(-above - innerHeight / 2);
    const last = this.rowAt(-above + innerHeight * 1.5);
    const from = this.rows[first]?.start ?? 0;
    const to = this.rows[last]?.end ?? 0;
    if (!this.list.contains(document.activeElement)) {
      const visible = this.rows[this.rowAt(-above)];
      if (visible && !(this.active >= visible.start && this.places[this.active].top < -above + innerHeight)) {
        this.active = visible.start;
      }
    }
    for (const [index, tile] of this.tiles) {
      if ((index < from || index >= to) && index !== this.active) {
        tile.remove();
        this.tiles.delete(index);
      }
    }
    const added = document.createDocumentFragment();
    for (let i = from; i < to; i++) {
      if (!this.tiles.has(i)) added.append(this.tile(i));
    }
    if (this.images.length && !this.tiles.has(this.active)) added.append(this.tile(this.active));
    this.list.append(added);
    for (const [index, tile] of this.tiles) tile.firstChild.tabIndex = index === this.active ? 0 : -1;
  }

  tile(index) {
    const image = this.images[index];
    const link = element('a', { href: this.hrefOf(image) },
      framed(image, { loading: 'lazy' }),
      element('span', { class: 'caption', 'aria-hidden': 'true' },
        element('span', { class: 'text' }, titleOf(image)),
        element('span', { class: 'facts' }, image.seed === undefined ? image.note ?? '' : `seed ${image.seed}`)));
    const tile = element('li',
      { class: 'tile', 'data-index': index, 'aria-setsize': this.images.length, 'aria-posinset': index + 1 }, link);
    this.place(tile, index);
    this.tiles.set(index, tile);
    return tile;
  }

  place(tile, index) {
    const { left, top, width, height } = this.places[index];
    tile.style.width = `${width}px`;
    tile.style.transform = `translate(${left}px, ${top}px)`;
    tile.querySelector('.frame').style.height = `${height}px`;
  }

  /** The last row that begins at or above `y`. */
  rowAt(y) {
    let low = 0;
    let high = this.rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.rows[middle].top <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Moves the focus to an image, wherever it is. */
  focus(index) {
    if (!this.images.length) return;
    this.active = Math.max(0, Math.min(index, this.images.length - 1));
    const { row } = this.places[this.active];
    const above = this.list.getBoundingClientRect().top;
    const margin = 80;
    if (this.rows[row].top + above < margin) {
      scrollBy(0, this.rows[row].top + above - margin);
    } else if (this.rows[row].bottom + above > innerHeight) {
      scrollBy(0, this.rows[row].bottom + above - innerHeight + margin / 4);
    }
    // So that what is rendered next is what the focus is in.
    document.activeElement?.blur();
    this.render();
    this.tiles.get(this.active).firstChild.focus({ preventScroll: true });
  }

  move(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = {
      ArrowLeft: () => this.active - 1,
      ArrowRight: () => this.active + 1,
      ArrowUp: () => this.beside(-1),
      ArrowDown: () => this.beside(1),
      Home: () => 0,
      End: () => this.images.length - 1,
    }[event.key];
    if (!to) return;
    event.preventDefault();
    this.focus(to());
  }

  /** The image of the next row that is most below (or above) the active one. */
  beside(step) {
    const here = this.places[this.active];
    const row = this.rows[here.row + step];
    if (!row) return this.active;
    const middle = here.left + here.width / 2;
    let best = row.start;
    for (let i = row.start; i < row.end; i++) {
      if (Math.abs(this.places[i].left + this.places[i].width / 2 - middle)
          < Math.abs(this.places[best].left + this.places[best].width / 2 - middle)) best = i;
    }
    return best;
  }
}

/** Width by height, within what a row can bear. */
function shapeOf(image) {
  return image.width && image.height ? Math.min(3, Math.max(0.4, image.width / image.height)) : 1;
}
