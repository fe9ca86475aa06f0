#include "app/work/spectext.h"
#include "tests/support/verify.h"

#include <QtCore/QElapsedTimer>

using namespace Drover;

class TestSpecText : public QObject
{
    Q_OBJECT

    // One line for a tree: text=line, [list], {key: value}.
    static QString print(const SpecNode &node)
    {
        QStringList parts;
        switch (node.kind) {
        case SpecNode::Kind::Nothing: return "-";
        case SpecNode::Kind::Text: return node.text + "@" + QString::number(node.line);
        case SpecNode::Kind::List:
            for (const SpecNode &item : node.items)
                parts.append(print(item));
            return "[" + parts.join(", ") + "]";
        case SpecNode::Kind::Map:
            for (const SpecEntry &entry : node.entries)
                parts.append(entry.key + ": " + print(entry.value));
            return "{" + parts.join(", ") + "}";
        }
        return {};
    }

    static QString print(const Result<SpecNode> &node) { return node ? print(*node) : printed(node.error()); }

    // a, then nine times ten of the one before.
    static QByteArray aliasBomb()
    {
        QByteArray yaml = "a: &x0 [y, y, y, y, y, y, y, y, y, y]\n";
        for (int i = 1; i < 30; ++i) {
            const QByteArray alias = "*x" + QByteArray::number(i - 1);
            yaml += "k" + QByteArray::number(i) + ": &x" + QByteArray::number(i) + " ["
                + QByteArrayList(10, alias).join(", ") + "]\n";
        }
        return yaml;
    }

private slots:
    void yamlIsReadWithTheLinesOfItsParts()
    {
        QCOMPARE(print(yamlNode("s", "a: 1\nb:\n  - x\n  - 'y z'\nc: ~\nd: |\n  one\n  two\n")),
                 "{a: 1@1, b: [x@3, y z@4], c: -, d: one\ntwo\n@6}");
        QCOMPARE(print(yamlNode("s", "\xef\xbb\xbf" "a: 007\nb: '~'\n")), "{a: 007@1, b: ~@2}");
    }

    void aliasesAndMergeKeysAreFollowed()
    {
        QCOMPARE(print(yamlNode("s", "base: &b {x: 1, y: 2}\nt:\n  <<: *b\n  y: 3\nl: *b\n")),
                 "{base: {x: 1@1, y: 2@1}, t: {x: 1@1, y: 3@4}, l: {x: 1@1, y: 2@1}}");
    }

    void jsonIsReadWithTheLinesOfItsParts()
    {
        QCOMPARE(print(jsonNode("s", "{\n\"a\": 1.50,\n\"b\": [\n\"x\", true,\nnull], \"c\": {}, \"d\": []}")),
                 "{a: 1.50@2, b: [x@4, true@4, -], c: {}, d: []}");
        const QByteArray escaped = "[\"\\ud83d\\ude00\\n\\\"\\\\\\/\", \"é\"]";
        QCOMPARE(print(jsonNode("s", escaped)), "[😀\n\"\\/@1, é@1]");
    }

    void brokenFilesAreNamedByLine_data()
    {
        QTest::addColumn<bool>("json");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        QTest::newRow("yaml cut") << false << QByteArray("a: 1\nb: [1, 2\n") << "s:3: ";
        QTest::newRow("yaml tab") << false << QByteArray("a:\n\t- 1\n") << "s:2: ";
        QTest::newRow("yaml key twice") << false << QByteArray("a: 1\na: 2\n") << "s:2: a: stands here twice";
        QTest::newRow("yaml two documents") << false << QByteArray("a: 1\n---\nb: 1\n") << "a second document";
        QTest::newRow("yaml tag") << false << QByteArray("a: !exec 1\n") << "the tag !exec means nothing here";
        QTest::newRow("yaml own alias") << false << QByteArray("a: &a [1, *a]\n") << "an alias inside of what it names";
        QTest::newRow("yaml unknown alias") << false << QByteArray("a: *b\n") << "s:1: ";
        QTest::newRow("yaml deep") << false << QByteArray(400, '[') << "nested more than";
        QTest::newRow("yaml deeper") << false << QByteArray(100'000, '[') << "s";
        QTest::newRow("json deep") << true << QByteArray(100, '[') + QByteArray(100, ']') << "nested more than";
        QTest::newRow("yaml list as key") << false << QByteArray("? [a]\n: 1\n") << "a key must be a word";
        QTest::newRow("json cut") << true << QByteArray("{\"a\":\n[1,\n") << "is not JSON";
        QTest::newRow("json key twice") << true << QByteArray("{\"a\": 1,\n\"a\": 2}") << "s:2: a: stands here twice";
        QTest::newRow("json empty") << true << QByteArray() << "is not JSON";
        QTest::newRow("latin 1") << false << QByteArray("a: 1\nb: caf\xe9\n") << "s:2: is not UTF-8";
        QTest::newRow("cut character") << false << QByteArray("a: caf\xc3") << "s:1: is not UTF-8";
        QTest::newRow("a binary") << true << QByteArray("\x7f" "ELF\0\0", 6) << "zero byte";
    }

    void brokenFilesAreNamedByLine()
    {
        QFETCH(bool, json);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        const auto node = json ? jsonNode("s", bytes) : yamlNode("s", bytes);
        VERIFY_FAILS(node, ErrorCode::Invalid);
        QVERIFY2(print(node).contains(says), qPrintable(print(node)));
    }

    void anAliasBombIsRefusedAtOnce()
    {
        QElapsedTimer timer;
        timer.start();
        const auto node = yamlNode("bomb.yaml", aliasBomb());
        VERIFY_FAILS(node, ErrorCode::Invalid);
        QVERIFY2(print(node).contains("its aliases name more than"), qPrintable(print(node)));
        QVERIFY(timer.elapsed() < 2000);
    }

    void aFileThatIsTooLargeIsRefusedByName()
    {
        const auto text = textOf("disk.img", QByteArray(largestSpecFile + 1, 'a'));
        VERIFY_FAILS(text, ErrorCode::TooLarge);
        QVERIFY(printed(text.error()).contains("disk.img: is over 256 MiB"));
    }

    void aFileThatIsNotThereIsNamed()
    {
        VERIFY_FAILS(readSpecFile("/no/such/spec.yaml"), ErrorCode::NotFound);
        VERIFY_FAILS(readSpecFile("/"), ErrorCode::Io);
    }
};

QTEST_APPLESS_MAIN(TestSpecText)
#include "tst_spectext.moc"
