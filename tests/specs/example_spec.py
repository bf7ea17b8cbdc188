"""The example of the design's own page: every part of a spec at least once."""

from __future__ import annotations

EXAMPLE = """\
sudare: 1
title: 特定健康診査ファイル 令和8年度提案第3号
regime: gov-current                     # gov-2017 is for lessons; private-current for companies
file: {register_no: 健-012, holder: 例町長, eligibility: 適格判断-2026-03}
proposal: {no: R8-3, recipient: 株式会社A, purpose: 受診勧奨の分析, use_until: 2029-03-31, columns: [住所, 年齢, 性別, 身長, 判定]}
assumed_reader: {who: [知人, 提供先], knows: [住所, 性別, 年齢, 身長], because: 検査値は名簿に載らない}
staff:
  山田: {name: 山田花子, duty: 加工担当}
  佐藤: {name: 佐藤次郎, duty: 保護管理者}
key: r8-3-a@2026                        # a name and a period; never a key
unit: {person: 管理番号, at_least: 1000}  # class counts are of people, not rows; default: each record is one
designed_on: {sha256: 9f2c…, rows: 4812, people: 4812}
input:
  format: csv
  encoding: cp932
  header_row: 1
  columns:
    - {name: 氏名, type: text, kind: direct-identifier}
    - {name: 個人番号, type: text, kind: identification-code}
    - {name: 管理番号, type: text, kind: linking-code}
    - {name: 住所, type: text}
    - {name: 生年月日, type: date}
    - {name: 年齢, type: integer, unit: 歳}
    - {name: 性別, type: text}
    - {name: 身長, type: decimal, unit: cm}
    - {name: 判定, type: text, special_care: true}       # 要配慮個人情報
    - {name: 判定, nth: 2, as: 判定2, type: text}          # a repeated header
out_of_scope: {columns: [判定2], because: 提案の対象外}     # removed first, one reason for all
steps:
  - {technique: delete-column, columns: [氏名], standards: [1], because: 単独で識別, by: 山田 2026-06-02}
  - {technique: delete-column, columns: [個人番号], standards: [2], because: 仮IDにもしない, by: 山田 2026-06-02}
  - {technique: delete-column, columns: [管理番号], standards: [3], because: 追跡しない, by: 山田 2026-06-02}
  - {technique: address-to-municipality, columns: [住所], ambiguous: suppress, unresolved: suppress, standards: [1], because: 町名まで不要, by: 山田 2026-06-02}
  - {technique: delete-column, columns: [生年月日], standards: [1], because: 残すと年齢の丸めが戻る, by: 山田 2026-06-02}
  - {technique: bin, columns: [年齢], edges: [40, 50, 60, 70, 80, 90], below: 40歳未満, above: 90歳以上, standards: [1, 4], because: 著しい高齢は珍しい, by: 山田 2026-06-03}
  - {technique: bin, columns: [身長], edges: [140, 150, 160, 170, 180], below: 140cm未満, above: 180cm以上, standards: [5], because: 本ファイルで両端が少数, by: 山田 2026-06-03}
  - {technique: keep, columns: [性別, 判定], standards: [1], because: 提案項目で単独では識別しない, by: 山田 2026-06-03}
  - {technique: delete-small-classes, columns: [住所, 年齢, 性別, 身長], below: 5, at_most: 2%, standards: [5], because: 内規第4条, by: 山田 2026-06-03}
dismissed:
  - {finding: rare-category/判定, standards: [4], because: 一般に珍しくない, by: 山田 2026-06-03}
checks:
  - {measure: k-anonymity, columns: [住所, 年齢, 性別, 身長], at_least: 5}
output: {format: csv, encoding: utf-8-sig, dictionary: true}   # shuffled by the key; `shuffle: false` needs a `because`
"""  # noqa: E501 - a line of the page is a line here
