import Testing

@testable import Console

/// From twenty by five to two hundred and fifty by eighty, everything is drawn and nothing leaves its place.
@Suite("Sizes")
struct SizesTests {
    private static let columns = [1, 20, 39, 40, 52, 60, 71, 80, 99, 100, 140, 159, 160, 200, 250]
    private static let rows = [1, 5, 9, 10, 11, 12, 16, 19, 20, 24, 31, 40, 60, 80]

    @Test("Every page in every size, in both languages", arguments: Page.allCases, Language.allCases)
    func pages(page: Page, language: Language) {
        let start = ScreenDriver.live(
            glyphs: .unicode,
            language: language,
            page: page,
            view: Sample.view(health: Sample.health, changes: Sample.changes, trials: [Sample.trial])
        )
        for columns in Self.columns {
            for rows in Self.rows {
                var driver = start
                driver.send(.resize(Size(columns: columns, rows: rows)))
                let canvas = driver.canvas
                #expect(canvas.cells.count == columns * rows)
                let split = canvas.cells.indices.filter { index in
                    let column = index % columns
                    let cell = canvas.cells[index]
                    if cell.width == 2 { return column == columns - 1 || canvas.cells[index + 1].width != 0 }
                    return cell.width == 0 && (column == 0 || canvas.cells[index - 1].width != 2)
                }
                #expect(split == [], "\(page) \(columns)x\(rows)")
            }
        }
    }

    @Test(
        "What lies over a page fits every size too",
        arguments: ["?", ":", "y", "w", "c", "=", "z", "\r"]
    )
    func overlays(key: String) {
        for page in Page.allCases {
            for size in [
                Size(columns: 40, rows: 10), Size(columns: 60, rows: 13), Size(columns: 250, rows: 80),
            ] {
                var driver = ScreenDriver.live(size, page: page)
                driver.press(key == "\r" ? .enter : .character(Character(key)))
                #expect(driver.lines.count == size.rows)
            }
        }
    }

    @Test("Too small a window says so, with the lock and the share of failures")
    func tooSmall() {
        let driver = ScreenDriver.live(Size(columns: 39, rows: 9))
        #expect(driver.lines[0].hasPrefix("OBSERVE  fail "))
        #expect(driver.contains("window too small"))
        #expect(ScreenDriver.live(Size(columns: 20, rows: 5)).contains("window too small"))
    }
}
