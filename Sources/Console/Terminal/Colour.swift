import Glibc

/// A colour of a theme: what it is, and what it becomes where it cannot be that.
struct Colour: Hashable, Sendable {
    /// Red, green and blue, 8 bits each; nil for a colour that only has a name.
    var hex: UInt32?
    /// The index to use with 256 colours, where the nearest is not the best.
    var index: Int?
    /// The name to use with 8 or 16 colours.
    var ansi: ANSIName?

    /// The colours that every terminal with colours has, in the order of their numbers.
    enum ANSIName: Int, CaseIterable, Sendable {
        case black, red, green, yellow, blue, magenta, cyan, white

        init?(name: String) {
            guard let match = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
            self = match
        }
    }

    /// Curses' number of the colour in a tier; −1 for the terminal's own.
    func number(in tier: ColourTier) -> Int {
        switch tier {
        case .mono: return -1
        case .named: return self.ansi?.rawValue ?? -1
        case .palette:
            if let index { return index }
            if let hex { return Self.nearest(to: hex) }
            return self.ansi?.rawValue ?? -1
        }
    }

    /// The nearest of the colours 16–255, which terminals do not let people redefine by default.
    static func nearest(to hex: UInt32) -> Int {
        let wanted = OKLab(hex)
        return self.fixedColours.min { wanted.distance(to: $0.seen) < wanted.distance(to: $1.seen) }?
            .index
            ?? 16
    }

    /// Made once: every role of a theme is looked up among them before the first frame.
    private static let fixedColours = (16...255).map { (index: $0, seen: OKLab(Self.fixed($0))) }

    /// The colour cube and the greys of xterm.
    static func fixed(_ index: Int) -> UInt32 {
        if index >= 232 {
            let level = UInt32(8 + (index - 232) * 10)
            return level << 16 | level << 8 | level
        }
        let levels: [UInt32] = [0, 95, 135, 175, 215, 255]
        let cube = index - 16
        return levels[cube / 36] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6]
    }
}

/// A colour as people see it: distances mean something here (bottosson.github.io/posts/oklab).
struct OKLab: Hashable, Sendable {
    let lightness: Double
    let a: Double
    let b: Double

    init(_ hex: UInt32) { self.init(linear: Self.linear(hex)) }

    /// From red, green and blue in linear light.
    init(linear channels: [Double]) {
        let (red, green, blue) = (channels[0], channels[1], channels[2])
        let long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        let medium = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        let short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        self.lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        self.a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        self.b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    }

    func distance(to other: OKLab) -> Double {
        let (dl, da, db) = (self.lightness - other.lightness, self.a - other.a, self.b - other.b)
        return (dl * dl + da * da + db * db).squareRoot()
    }

    /// sRGB to linear light, each channel 0–1.
    static func linear(_ hex: UInt32) -> [Double] {
        [16, 8, 0].map { shift in
            let value = Double(hex >> UInt32(shift) & 0xFF) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
    }
}
